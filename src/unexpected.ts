import { EXIT, HoopduckError, messageOf } from './errors.ts';

/** Of Node, where a disk takes no more: it is full, a quota is reached, or a file may not grow. */
const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * What ends a command that nobody foresaw: REPLICA_MEMORY or DISK_FULL (exit 4) where DuckDB or Node says that the machine has
 * no more to give, else INTERNAL (exit 1), a bug.
 */
export function unexpectedFailure(error: unknown): HoopduckError {
  const message = messageOf(error).split('\n')[0]!;
  if (/^Out of Memory Error: /.test(message)) {
    return new HoopduckError(
      'REPLICA_MEMORY',
      `A statement needs more memory than it is allowed: ${message.replace(/^Out of Memory Error: /, '')}.`,
      {
        next: 'Raise "replica.memory_limit" in hoopduck.yaml, or set "replica.threads" to 1; then run the same command again.',
        exitCode: EXIT.refused,
        cause: error,
      },
    );
  }
  if (
    FULL.has((error as NodeJS.ErrnoException | null)?.code) ||
    /^(IO|FATAL) Error: .*(No space left on device|Disk quota exceeded|File too large)/i.test(
      message,
    )
  ) {
    return new HoopduckError('DISK_FULL', `The disk takes no more: ${message}.`, {
      next: 'Make room, then run the same command again: what was committed is kept.',
      exitCode: EXIT.refused,
      cause: error,
    });
  }
  return new HoopduckError('INTERNAL', `Unexpected: ${messageOf(error)}`, {
    next: 'Run it again with --debug for the stack trace, and report it.',
    exitCode: EXIT.failed,
    cause: error,
  });
}
