import { randomBytes } from 'node:crypto';
import type { Config } from './config/config.ts';
import { type Reporter, type StageContext, silentReporter } from './context.ts';
import { EXIT, HoopduckError } from './errors.ts';
import { finishRun, startRun } from './ledger/ledger.ts';
import { Replica } from './replica/replica.ts';
import { VERSION } from './version.ts';

/** What is done in a session, for the ledger, and who watches it. */
export interface SessionOptions {
  /** The command's name, as the ledger keeps it. */
  readonly command: string;
  /** Its arguments; kept as JSON. */
  readonly arguments: unknown;
  readonly report?: Reporter;
  readonly signal?: AbortSignal;
  readonly onStop?: StageContext['onStop'];
  readonly now?: () => Date;
}

/**
 * Opens the replica for writing, opens the run's row in the ledger, calls `work`, and closes the row
 * with the exit code of what it returned or threw. The file is let go of in every case.
 * @throws HoopduckError REPLICA_LOCKED (exit 4) when another process holds the replica.
 */
export async function withSession<T extends { readonly exitCode: number }>(
  config: Config,
  options: SessionOptions,
  work: (ctx: StageContext) => Promise<T>,
): Promise<T> {
  const now = options.now ?? (() => new Date());
  const watch = {
    report: options.report ?? silentReporter,
    signal: options.signal ?? new AbortController().signal,
    now,
  };
  const replica = await openForWriting(config, watch);
  try {
    const runId = newRunId(now());
    await startRun(replica, {
      runId,
      command: options.command,
      arguments: options.arguments,
      codeVersion: VERSION,
      at: now(),
    });
    let exitCode: number = EXIT.failed;
    try {
      const result = await work({
        config,
        replica,
        runId,
        ...watch,
        ...(options.onStop !== undefined && { onStop: options.onStop }),
      });
      exitCode = result.exitCode;
      return result;
    } catch (error) {
      if (error instanceof HoopduckError) exitCode = error.exitCode;
      throw error;
    } finally {
      await finishRun(replica, runId, exitCode, now()).catch(() => undefined);
    }
  } finally {
    replica.close();
  }
}

/** Opens the replica for writing without a run in the ledger, for what is done to the workspace as a whole. */
export async function withReplica<T>(
  config: Config,
  watch: Pick<StageContext, 'report' | 'signal' | 'now'>,
  work: (replica: Replica) => Promise<T>,
): Promise<T> {
  const replica = await openForWriting(config, watch);
  try {
    return await work(replica);
  } finally {
    replica.close();
  }
}

/** Opens the replica; before its own tables are brought to a newer version, a backup is made. */
function openForWriting(
  config: Config,
  watch: Pick<StageContext, 'report' | 'signal' | 'now'>,
): Promise<Replica> {
  const { threads, memoryLimit, path } = config.replica;
  return Replica.open(path, {
    memoryLimit,
    ...(threads === null ? {} : { threads }),
    beforeMigration: async (replica) => {
      const { backUpBefore } = await import('./backup/automatic.ts');
      await backUpBefore({ config, replica, ...watch }, 'before migration');
    },
  });
}

/** Opens the replica read-only for `work`, and lets go of it. */
export async function withReading<T>(
  config: Config,
  work: (replica: Replica) => Promise<T>,
): Promise<T> {
  const { threads, memoryLimit, path } = config.replica;
  const replica = await Replica.open(path, {
    readOnly: true,
    memoryLimit,
    ...(threads === null ? {} : { threads }),
  });
  try {
    return await work(replica);
  } finally {
    replica.close();
  }
}

/** `20250301T063000Z-1f0c`: sorts by time, and two runs of one second differ. */
function newRunId(at: Date): string {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}
