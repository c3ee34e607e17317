import { createReadStream } from 'node:fs';
import { BigQuery } from '@google-cloud/bigquery';
import type { AuthClient } from 'google-auth-library';
import pRetry from 'p-retry';
import type { BigQueryLocation } from '../../config/location.ts';
import { HoopduckError } from '../../errors.ts';
import { BigQueryFailure, failureOf, isTransient } from './failure.ts';

/** One call of BigQuery's REST API. */
export interface ApiCall {
  /** As Google's documentation names it: `tables.get`. */
  readonly call: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/projects/<project>`. */
  readonly path: string;
  /** The project in the path; without one the project that is billed. */
  readonly project?: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  /** A longer wait than for metadata, in milliseconds: for calls that wait for a job. */
  readonly waitMs?: number;
}

/** An answer of a metadata call that takes longer than this will not come. */
const CALL_MS = 60_000;
/** Shares of the deadline: a call that hangs leaves time for three more. */
const TRIES_IN_DEADLINE = 4;
const RETRIES = 5;

/**
 * BigQuery's REST API with what every call needs: credentials, a deadline, and tries with jittered waits
 * for the documented passing faults only. Throws BigQueryFailure, which holds nothing of the request.
 */
export class BigQueryClient {
  readonly location: BigQueryLocation;
  /** Server's clock minus ours at the last answer, in milliseconds. */
  skewMs: number | undefined;
  readonly #rest: BigQuery;
  readonly #auth: AuthClient;
  readonly #now: () => Date;

  constructor(location: BigQueryLocation, auth: AuthClient, now: () => Date = () => new Date()) {
    this.location = location;
    this.#auth = auth;
    this.#now = now;
    this.#rest = new BigQuery({
      projectId: location.billingProject,
      location: location.location,
      authClient: auth,
      autoRetry: false, // p-retry below: one rule for all calls
      ...(location.endpoints.rest !== null && { apiEndpoint: location.endpoints.rest }),
    });
  }

  /** How long one try of a metadata call may take. */
  get callMs(): number {
    return Math.min(CALL_MS, (this.location.deadlineSeconds * 1000) / TRIES_IN_DEADLINE);
  }

  /** The answer's body. */
  async request<T>(call: ApiCall): Promise<T> {
    return this.retried(call.call, () => this.requestOnce<T>(call));
  }

  /** The answer, or undefined when there is no such thing (404). */
  async find<T>(call: ApiCall): Promise<T | undefined> {
    try {
      return await this.request<T>(call);
    } catch (error) {
      if (error instanceof BigQueryFailure && error.failure.status === 404) return undefined;
      throw error;
    }
  }

  /** Sends a file with the job that loads it, in one request. */
  async upload<T>(call: string, body: unknown, file: string): Promise<T> {
    const base = this.location.endpoints.rest ?? 'https://bigquery.googleapis.com';
    const url = `${base}/upload/bigquery/v2/projects/${this.location.billingProject}/jobs?uploadType=multipart`;
    const waitMs = Math.max(this.callMs, (this.location.deadlineSeconds * 1000) / 2);
    return this.#bounded(call, waitMs, async (signal) => {
      const source = createReadStream(file);
      try {
        const answer = await this.#auth.request<T>({
          url,
          method: 'POST',
          retry: false,
          signal,
          multipart: [
            {
              headers: new Headers({ 'Content-Type': 'application/json' }),
              content: JSON.stringify(body),
            },
            {
              headers: new Headers({ 'Content-Type': 'application/octet-stream' }),
              content: source,
            },
          ],
        });
        return answer.data;
      } finally {
        source.destroy();
      }
    });
  }

  /** Tries again after passing faults, with growing, jittered waits, within the deadline. */
  async retried<T>(call: string, work: () => Promise<T>): Promise<T> {
    return pRetry(
      async () => {
        try {
          return await work();
        } catch (error) {
          if (error instanceof HoopduckError) throw error;
          throw failureOf(call, error);
        }
      },
      {
        retries: RETRIES,
        factor: 2,
        minTimeout: Math.min(250, this.callMs / 20),
        maxTimeout: Math.min(10_000, this.callMs / 4),
        randomize: true,
        maxRetryTime: this.location.deadlineSeconds * 1000,
        shouldRetry: ({ error }) => error instanceof BigQueryFailure && isTransient(error.failure),
      },
    );
  }

  /** The answer's body, from one try. */
  async requestOnce<T>({ call, method, path, project, query, body, waitMs }: ApiCall): Promise<T> {
    const request = {
      method: method ?? 'GET',
      uri: path,
      ...(project !== undefined && { projectId: project }),
      ...(query !== undefined && { qs: query }),
      ...(body !== undefined && { json: body }),
    };
    return this.#bounded(
      call,
      Math.max(this.callMs, waitMs ?? 0),
      () =>
        new Promise<T>((resolve, reject) => {
          this.#rest.request(
            request as never,
            ((error: Error | null, answer: T, response?: { headers?: Record<string, string> }) => {
              this.#noteClock(response?.headers?.['date']);
              if (error !== null) reject(error);
              else resolve(answer);
            }) as never,
          );
        }),
    );
  }

  #noteClock(date: string | undefined): void {
    if (date === undefined) return;
    // The header counts whole seconds and the answer took its time: the smallest difference is the truest.
    const skewMs = new Date(date).getTime() - this.#now().getTime();
    if (this.skewMs === undefined || Math.abs(skewMs) < Math.abs(this.skewMs)) this.skewMs = skewMs;
  }

  async #bounded<T>(
    call: string,
    ms: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        controller.abort();
        const seconds = Math.round(ms / 1000);
        const message = `no answer came within ${seconds} s`;
        reject(new BigQueryFailure({ call, status: 0, reason: 'deadline', message }));
      }, ms);
    });
    try {
      return await Promise.race([work(controller.signal), late]);
    } catch (error) {
      throw failureOf(call, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
