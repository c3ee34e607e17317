/** Exit codes of the command line, as scripts rely on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  warehouse: 3,
  refused: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * An expected failure that ends a command: a code, one sentence that names the thing in quotes and
 * says what was found and what was wanted, and the next step. Everything else that is thrown is a bug.
 */
export class HoopduckError extends Error {
  readonly code: string;
  readonly next: string;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    message: string,
    options: { next: string; exitCode: ExitCode; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HoopduckError';
    this.code = code;
    this.next = options.next;
    this.exitCode = options.exitCode;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
