import type { Config } from './config/config.ts';
import type { ErrorCode } from './errors.ts';
import type { Replica } from './replica/replica.ts';

/** What a stage tells whoever watches; only the console turns it into text on a terminal. */
export interface Reporter {
  /** A stage or a part of one moves: `done` of `total` things (`total` 0: unknown). */
  progress(label: string, done: number, total: number): void;
  /** One line for a person: what was found or decided. */
  info(text: string): void;
  /** One line that a person should act on; with the code of the error that it stands for, which `hoopduck explain` knows. */
  warn(text: string, code?: ErrorCode): void;
}

/** Everything a stage needs from outside itself. Tests pass recorders. */
export interface StageContext {
  readonly config: Config;
  readonly replica: Replica;
  readonly runId: string;
  readonly report: Reporter;
  /** Aborted by the first Ctrl-C: finish the unit at hand, then stop with INTERRUPTED. */
  readonly signal: AbortSignal;
  /** The time of now; tests hold it still. */
  readonly now: () => Date;
  /** Registers what a second Ctrl-C shall still do before the end; returns what takes that back. */
  readonly onStop?: (work: () => Promise<void>) => () => void;
}

/** A reporter that says nothing. */
export const silentReporter: Reporter = { progress() {}, info() {}, warn() {} };
