import type { ErrorCode } from './error-catalogue/catalogue.ts';
import type { ExitCode } from './exit-codes.ts';

export type { ErrorCode } from './error-catalogue/catalogue.ts';
export { EXIT, type ExitCode } from './exit-codes.ts';

/**
 * An expected failure that ends a command: a code of the catalogue, one sentence that names the thing in quotes and
 * says what was found and what was wanted, and the next step. Everything else that is thrown is a bug.
 */
export class HoopduckError extends Error {
  readonly code: ErrorCode;
  readonly next: string;
  readonly exitCode: ExitCode;

  constructor(
    code: ErrorCode,
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
