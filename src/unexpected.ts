import { EXIT, HoopduckError, messageOf } from './errors.ts';

/** Of Node, where a disk takes no more: it is full, a quota is reached, or a file may not grow. */
const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);

const OUT_OF_MEMORY = 'Out of Memory Error: ';

/** Whether DuckDB says that a statement needs more memory than it may have. */
export function isOutOfMemory(error: unknown): boolean {
  return messageOf(error).startsWith(OUT_OF_MEMORY);
}

/**
 * What was thrown as what ends a command. What nobody foresaw becomes REPLICA_MEMORY or DISK_FULL (exit 4) where DuckDB or Node
 * says that the machine has no more to give, else INTERNAL (exit 1), a bug.
 */
export function failureOf(error: unknown): HoopduckError {
  if (error instanceof HoopduckError) return error;
  const message = messageOf(error).split('\n')[0]!;
  if (isOutOfMemory(error)) {
    return new HoopduckError(
      'REPLICA_MEMORY',
      `A statement needs more memory than it is allowed: ${message.slice(OUT_OF_MEMORY.length)}.`,
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
