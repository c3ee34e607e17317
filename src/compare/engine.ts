import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../replica/identifiers.ts';
import { Replica } from '../replica/replica.ts';

/** What the comparison may take of the machine. */
export interface EngineLimits {
  readonly memoryLimit: string;
  readonly threads: number | null;
}

/**
 * The connection that compares: a database in memory, to which replicas are attached for reading, so that
 * nothing is written to either side. What does not fit into memory goes to a temporary folder.
 */
export class CompareEngine {
  readonly replica: Replica;
  readonly #folder: string;
  #attached = 0;

  private constructor(replica: Replica, folder: string) {
    this.replica = replica;
    this.#folder = folder;
  }

  /** Opens a connection that keeps to the limits. */
  static async open({ memoryLimit, threads }: EngineLimits): Promise<CompareEngine> {
    const folder = mkdtempSync(join(tmpdir(), 'hoopduck-diff-'));
    const replica = await Replica.open(':memory:');
    await replica.run(`SET temp_directory = ${quoteLiteral(folder)}`);
    await replica.run(`SET memory_limit = ${quoteLiteral(memoryLimit)}`);
    await replica.run('SET preserve_insertion_order = false');
    if (threads !== null) await replica.run(`SET threads = ${threads}`);
    return new CompareEngine(replica, folder);
  }

  /** Attaches a DuckDB file for reading. @returns its name in SQL */
  async attach(path: string): Promise<string> {
    this.#attached += 1;
    const name = `side_${this.#attached}`;
    await this.replica.run(
      `ATTACH ${quoteLiteral(path)} AS ${quoteIdentifier(name)} (TYPE duckdb, READ_ONLY)`,
    );
    return name;
  }

  /** Lets go of every file, and of what was written aside. */
  close(): void {
    this.replica.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
