import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { checkPartitions } from '../../src/ledger/check-partitions.ts';
import { Replica } from '../../src/replica/replica.ts';
import { hoopduck } from '../support/cli.ts';
import { memoryReplica } from '../support/memory-replica.ts';
import { workspaceWith } from '../support/workspace.ts';
import { BOX, games, men, SCHEDULE } from '../sync/support/world.ts';
import { tell } from './campaign/tally.ts';

const STOP_AT = fileURLToPath(new URL('../pipeline/support/stop-at.mjs', import.meta.url));

/** A workspace with a warehouse of two nights. */
async function tinyWorkspace(): Promise<string> {
  const folder = await workspaceWith();
  const replica = await memoryReplica();
  for (const [table, sql] of [
    [SCHEDULE, games('2024-01-15', '2024-01-17')],
    [BOX, men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'brown', 25)")],
  ] as const) {
    const path = join(folder, 'warehouse', ...table.split('.'));
    mkdirSync(path, { recursive: true });
    await replica.run(`COPY (${sql}) TO '${join(path, '2023-24.parquet')}' (FORMAT parquet)`);
  }
  replica.close();
  return folder;
}

/** A sync that stands still, with the replica in its hands, at the nth statement of a kind; it goes on when asked. */
async function standingSync(folder: string, pattern: string, nth: number) {
  const child = spawn(
    process.execPath,
    ['--import', STOP_AT, inject('cli'), 'sync', '-C', folder],
    {
      env: {
        ...process.env,
        HOOPDUCK_STOP: JSON.stringify({ pattern, nth, signal: 'SIGSTOP', when: 'after' }),
      },
      stdio: 'ignore',
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close');
  const state = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/.*\) /, '')[0];
  await vi.waitFor(() => expect(state()).toBe('T'), { timeout: 100_000, interval: 20 });
  return {
    pid: child.pid!,
    async goOn() {
      child.kill('SIGCONT');
      return (await ended)[0] as number;
    },
  };
}

/** Processes can be watched standing still where the system shows them as files. */
const canWatch = existsSync('/proc/self/stat');

test.skipIf(!canWatch)(
  'a second command says which process holds the replica, and the first is not disturbed',
  async () => {
    const folder = await tinyWorkspace();
    const first = await standingSync(folder, '^COMMIT$', 1);
    for (const command of ['sync', 'transform', 'push', 'backup', 'verify', 'restore --replace']) {
      const { code, stderr } = hoopduck([...command.split(' '), '-C', folder]);
      const survived = code === 4 && stderr.includes(`is in use by process ${first.pid} (`);
      tell({ kind: 'two processes at once', where: command, survived });
      expect([command, survived], stderr).toEqual([command, true]);
    }
    expect(await first.goOn()).toBe(0);
    expect(hoopduck(['verify', '-C', folder]).code).toBe(0);
  },
);

test.skipIf(!canWatch)(
  'a copy of a replica that is open is refused, or is whole as of a moment',
  async () => {
    for (const [pattern, nth] of [
      ['^COMMIT$', 1],
      ['^INSERT INTO "nba_raw"', 1],
      ['^INSERT INTO "nba_raw"', 2],
      ['^DELETE FROM hoopduck.partition', 2],
    ] as const) {
      const folder = await tinyWorkspace();
      const first = await standingSync(folder, pattern, nth);
      const file = join(folder, 'data', 'replica.duckdb');
      for (const name of ['alone', 'with-log']) {
        const copy = join(folder, `${name}.duckdb`);
        copyFileSync(file, copy);
        if (name === 'with-log') copyFileSync(`${file}.wal`, `${copy}.wal`);
        const verdict = await verdictOf(copy);
        expect(['refused', 'whole'], `${name} at ${pattern} ${nth}`).toContain(verdict);
        tell({
          kind: 'replica copied while open',
          where: 'sync',
          survived: true,
          detail: `${name}: ${verdict}`,
        });
      }
      expect(await first.goOn()).toBe(0);
    }
  },
);

async function verdictOf(path: string): Promise<string> {
  let replica: Replica;
  try {
    replica = await Replica.open(path);
  } catch {
    return 'refused';
  }
  try {
    const { faults } = await checkPartitions(replica);
    return faults.length === 0 ? 'whole' : JSON.stringify(faults);
  } finally {
    replica.close();
  }
}
