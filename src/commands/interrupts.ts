import { EXIT } from '../errors.ts';

/**
 * The signal that the first Ctrl-C (or a termination request) aborts, so that a stage finishes the
 * unit at hand and stops. The second ends the process at once; the replica's transactions keep the
 * file whole then too.
 */
export function watchInterrupts(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    say('Stopping after the unit at hand; Ctrl-C again stops at once.');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
