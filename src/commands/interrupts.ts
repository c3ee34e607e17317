import { EXIT } from '../errors.ts';

/** What is still done at a second Ctrl-C may take this long; then, or at a third, the process ends. */
const LAST_WORK_MS = 5000;

/** What a command hears of Ctrl-C. */
export interface Interrupts {
  /** Aborted by the first Ctrl-C (or a termination request), so that a stage finishes the unit at hand. */
  readonly signal: AbortSignal;
  /** Registers what the second one shall still do, such as cancel jobs on a server; returns what takes it back. */
  readonly onStop: (work: () => Promise<void>) => () => void;
}

/**
 * Watches for Ctrl-C. The first asks to stop, the second ends the process: at once when nothing is
 * registered, else after what is; the replica's transactions keep the file whole then too.
 */
export function watchInterrupts(say: (text: string) => void): Interrupts {
  const controller = new AbortController();
  const works = new Set<() => Promise<void>>();
  let isEnding = false;
  const onSignal = () => {
    if (!controller.signal.aborted) {
      controller.abort();
      say('Stopping after the unit at hand; Ctrl-C again stops at once.');
      return;
    }
    if (isEnding || works.size === 0) return process.exit(EXIT.interrupted);
    isEnding = true;
    say('Cancelling what runs on the server; Ctrl-C again ends without that.');
    const end = () => process.exit(EXIT.interrupted);
    setTimeout(end, LAST_WORK_MS).unref();
    Promise.allSettled([...works].map((work) => work())).then(end);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    onStop: (work) => {
      works.add(work);
      return () => works.delete(work);
    },
  };
}
