import pRetry from 'p-retry';
import { failureFor, isPassing, PassingFault } from './failure.ts';

/** A server that is silent for longer will not answer: Google's own answers come within seconds. */
const SILENCE_MS = 60_000;

/** So that a short deadline has room for more than one try. */
const TRIES_IN_DEADLINE = 4;
const RETRIES = 6;

/** One try of a call. */
export interface Attempt {
  /** Aborted when the server was silent for too long, or the deadline of the whole call has come. */
  readonly signal: AbortSignal;
  /** Tells that bytes still move. */
  alive(): void;
}

/** Makes calls that end: each try is given up when the server is silent, all together at a deadline. */
export class Calls {
  readonly #deadlineMs: number;
  readonly #silenceMs: number;

  constructor(deadlineSeconds: number) {
    this.#deadlineMs = deadlineSeconds * 1000;
    this.#silenceMs = Math.min(SILENCE_MS, this.#deadlineMs / TRIES_IN_DEADLINE);
  }

  /**
   * Tries again after passing faults only, with growing, jittered waits.
   * @param permission what the call needs, for a person whose account lacks it
   * @throws HoopduckError GCS_FAILED, GCS_DENIED, GCS_LOGIN, WAREHOUSE_MISSING (exit 3) that names the address
   */
  async run<T>(
    address: string,
    permission: string,
    work: (attempt: Attempt) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController();
    const whole = this.#abortAfter(deadline, this.#deadlineMs);
    try {
      return await pRetry(() => this.#once(deadline.signal, work), {
        retries: RETRIES,
        minTimeout: Math.min(250, this.#silenceMs / 20),
        maxTimeout: Math.min(10_000, this.#silenceMs / 2),
        randomize: true,
        maxRetryTime: this.#deadlineMs,
        shouldRetry: ({ error }) => isPassing(error),
      });
    } catch (error) {
      throw failureFor(address, permission, error);
    } finally {
      clearTimeout(whole);
    }
  }

  /** The race ends a try whose work does not heed its signal. */
  async #once<T>(deadline: AbortSignal, work: (attempt: Attempt) => Promise<T>): Promise<T> {
    const silence = new AbortController();
    const signal = AbortSignal.any([deadline, silence.signal]);
    signal.throwIfAborted();
    const timer = this.#abortAfter(silence, this.#silenceMs);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      return await Promise.race([work({ signal, alive: () => timer.refresh() }), late]);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw asError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #abortAfter(controller: AbortController, ms: number): NodeJS.Timeout {
    const text = `no answer came within ${Number((ms / 1000).toPrecision(2))} s`;
    return setTimeout(() => controller.abort(new PassingFault(text)), ms);
  }
}

/** The client throws some answers of servers as they are; they have a code and a message, and are no errors. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { message, code } = (thrown ?? {}) as { message?: unknown; code?: unknown };
  return Object.assign(new Error(typeof message === 'string' ? message : String(thrown)), { code });
}
