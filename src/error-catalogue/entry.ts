import type { ExitCode } from '../exit-codes.ts';

/** What `hoopduck explain CODE` and docs/errors.md say of a code. */
export interface ErrorEntry {
  /** What has happened, in a sentence. */
  readonly means: string;
  /** What it usually comes from. */
  readonly cause: string;
  /** What to do about it; a message names the very thing, this says it in general. */
  readonly next: string;
  /** Exit codes that a command ends with; more than one where the code is used by several commands. */
  readonly exit: readonly ExitCode[];
}
