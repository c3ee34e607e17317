import { randomUUID } from 'node:crypto';
import type { StageContext } from '../../context.ts';
import type { ApiCall, BigQueryClient } from './client.ts';
import { BigQueryFailure, isTransient } from './failure.ts';
import { type DateParameters, queryConfig } from './query-config.ts';

/** A job as BigQuery describes it; only what is read here. */
export interface Job {
  readonly jobReference: {
    readonly projectId: string;
    readonly jobId: string;
    readonly location?: string;
  };
  readonly status?: {
    readonly state?: string;
    readonly errorResult?: { readonly reason?: string; readonly message?: string };
  };
  readonly statistics?: {
    readonly totalBytesProcessed?: string;
    readonly query?: { readonly totalBytesBilled?: string; readonly totalBytesProcessed?: string };
  };
}

/** A page of a query's result. */
export interface ResultPage {
  readonly jobComplete?: boolean;
  readonly totalRows?: string;
  readonly pageToken?: string;
  readonly rows?: readonly { readonly f: readonly { readonly v: unknown }[] }[];
  readonly schema?: {
    readonly fields: readonly { readonly name: string; readonly type: string }[];
  };
}

const FIRST_POLL_MS = 50;
const LAST_POLL_MS = 2000;
/** A job that a passing fault ended is run again under the next name, so often in all. */
const TRIES = 3;
/** The server's own bound for a page is 10 MB; rows beyond this are asked for in the next. */
const PAGE_ROWS = 50_000;

/** Runs jobs of BigQuery to their end; one that is there already is taken over, not repeated. */
export class Jobs {
  readonly #client: BigQueryClient;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #running = new Map<string, Job['jobReference']>();

  constructor(
    client: BigQueryClient,
    options: {
      readonly runId?: string | undefined;
      readonly stage?: string | undefined;
      readonly onStop?: StageContext['onStop'];
    },
  ) {
    this.#client = client;
    this.#labels = {
      ...(options.runId !== undefined && { hoopduck_run: labelText(options.runId) }),
      ...(options.stage !== undefined && { hoopduck_stage: labelText(options.stage) }),
    };
    options.onStop?.(() => this.cancelAll());
  }

  /**
   * Runs a query and waits for it.
   * @param id names the job by its content; without one it gets a name of its own
   */
  async query(sql: string, id?: string, dates?: DateParameters): Promise<Job> {
    return this.run({ query: queryConfig(this.#client.location, sql, dates) }, id);
  }

  /** The rows of a small result, by page; values are texts, as the REST API gives them. */
  async *pages(sql: string, dates?: DateParameters): AsyncGenerator<ResultPage> {
    const { jobReference } = await this.query(sql, undefined, dates);
    const { jobId, location } = jobReference;
    let pageToken: string | undefined;
    do {
      const page: ResultPage = await this.#client.request<ResultPage>({
        call: 'jobs.getQueryResults',
        path: `/queries/${jobId}`,
        query: {
          location: location ?? this.#client.location.location,
          maxResults: PAGE_ROWS,
          timeoutMs: 10_000,
          'formatOptions.useInt64Timestamp': true,
          ...(pageToken !== undefined && { pageToken }),
        },
      });
      yield page;
      // Some servers give a token with the last page; an empty page ends it, too.
      pageToken = (page.rows?.length ?? 0) > 0 ? page.pageToken : undefined;
    } while (pageToken !== undefined);
  }

  /** All rows of a small result as lists of texts. */
  async rows(sql: string, dates?: DateParameters): Promise<(string | null)[][]> {
    const found: (string | null)[][] = [];
    for await (const page of this.pages(sql, dates)) {
      for (const { f } of page.rows ?? []) found.push(f.map(({ v }) => v as string | null));
    }
    return found;
  }

  /** Bytes that a query would scan; nothing is run. */
  async dryRun(sql: string, dates?: DateParameters): Promise<number> {
    const query = queryConfig(this.#client.location, sql, dates);
    const job = await this.#client.request<Job>({
      call: 'jobs.insert',
      method: 'POST',
      path: '/jobs',
      body: { configuration: { dryRun: true, query, labels: this.#labels } },
    });
    const failed = failureOfJob('jobs.insert', job);
    if (failed !== undefined) throw failed;
    return Number(
      job.statistics?.totalBytesProcessed ?? job.statistics?.query?.totalBytesProcessed ?? 0,
    );
  }

  /**
   * Runs a job and waits for it.
   * @param id names the job by its content: one of that name that is done or under way is taken over; one
   * that failed earlier is run again under the next name
   * @param file a Parquet file that the job loads
   */
  async run(configuration: Record<string, unknown>, id?: string, file?: string): Promise<Job> {
    const name = id ?? `hoopduck_${randomUUID()}`;
    let tries = 0;
    for (let number = 1; ; number++) {
      const jobId = numbered(name, number);
      const there = id === undefined ? undefined : await this.#find(jobId);
      const job =
        there === undefined
          ? await this.#start(configuration, jobId, file)
          : await this.#wait(there);
      const failed = failureOfJob('jobs.get', job);
      if (failed === undefined) return job;
      if (there === undefined) tries += 1;
      if (there === undefined && (!isTransient(failed.failure) || tries === TRIES)) throw failed;
    }
  }

  /** Waits for the jobs of this name, when there are any. */
  async settle(id: string): Promise<void> {
    for (let number = 1; ; number++) {
      const job = await this.#find(numbered(id, number));
      if (job === undefined) return;
      await this.#wait(job);
    }
  }

  /** Asks the server to cancel everything that this process runs there. */
  async cancelAll(): Promise<void> {
    await Promise.allSettled(
      [...this.#running.values()].map((reference) => this.#cancel(reference)),
    );
  }

  async #start(
    configuration: Record<string, unknown>,
    jobId: string,
    file: string | undefined,
  ): Promise<Job> {
    const { billingProject: projectId, location } = this.#client.location;
    const jobReference = { projectId, jobId, location };
    const body = { jobReference, configuration: { ...configuration, labels: this.#labels } };
    const call = `jobs.insert ${Object.keys(configuration)[0]}`;
    this.#running.set(jobId, jobReference);
    try {
      // A later try looks first: the server may have taken the job although its answer was lost.
      let isFirst = true;
      const job = await this.#client.retried(call, async () => {
        const taken = isFirst ? undefined : await this.#find(jobId);
        isFirst = false;
        return taken ?? (await this.#insertOrAdopt(call, body, jobId, file));
      });
      return await this.#wait(job);
    } finally {
      this.#running.delete(jobId);
    }
  }

  /** Sends the job; one whose name is taken (409) was sent by an earlier try, and is taken over. */
  async #insertOrAdopt(
    call: string,
    body: unknown,
    jobId: string,
    file: string | undefined,
  ): Promise<Job> {
    try {
      return await this.#insert(call, body, file);
    } catch (error) {
      const isThere = error instanceof BigQueryFailure && error.failure.status === 409;
      const adopted = isThere ? await this.#find(jobId) : undefined;
      if (adopted === undefined) throw error;
      return adopted;
    }
  }

  async #insert(call: string, body: unknown, file: string | undefined): Promise<Job> {
    if (file !== undefined) return this.#client.upload<Job>(call, body, file);
    const insert: ApiCall = { call, method: 'POST', path: '/jobs', body };
    return this.#client.requestOnce<Job>({
      ...insert,
      waitMs: (this.#client.location.deadlineSeconds * 1000) / 2,
    });
  }

  async #find(jobId: string): Promise<Job | undefined> {
    return this.#client.find<Job>({
      call: 'jobs.get',
      path: `/jobs/${jobId}`,
      query: { location: this.#client.location.location },
    });
  }

  /** Polls until the job is done, with growing waits. */
  async #wait(first: Job): Promise<Job> {
    let job = first;
    const { jobId, location } = first.jobReference;
    const until = performance.now() + this.#client.location.deadlineSeconds * 1000;
    for (
      let ms = FIRST_POLL_MS;
      job.status?.state !== 'DONE';
      ms = Math.min(LAST_POLL_MS, ms * 1.5)
    ) {
      if (performance.now() > until) {
        const message = `the job "${jobId}" is not done after ${this.#client.location.deadlineSeconds} s`;
        throw new BigQueryFailure({ call: 'jobs.get', status: 0, reason: 'deadline', message });
      }
      await new Promise((resolve) => setTimeout(resolve, ms));
      job = await this.#client.request<Job>({
        call: 'jobs.get',
        path: `/jobs/${jobId}`,
        query: { location: location ?? this.#client.location.location },
      });
    }
    return job;
  }

  async #cancel({ jobId, location }: Job['jobReference']): Promise<void> {
    await this.#client.requestOnce({
      call: 'jobs.cancel',
      method: 'POST',
      path: `/jobs/${jobId}/cancel`,
      query: { location: location ?? this.#client.location.location },
    });
  }
}

function numbered(id: string, number: number): string {
  return number === 1 ? id : `${id}_${number}`;
}

function failureOfJob(call: string, job: Job): BigQueryFailure | undefined {
  const error = job.status?.errorResult;
  if (error === undefined) return undefined;
  const { reason = 'unknown', message = 'the job failed' } = error;
  return new BigQueryFailure({ call, status: STATUS_OF[reason] ?? 400, reason, message });
}

/** The HTTP status that Google documents for a reason, for failures that come inside a job. */
const STATUS_OF: Readonly<Record<string, number>> = {
  accessDenied: 403,
  backendError: 503,
  billingNotEnabled: 403,
  duplicate: 409,
  internalError: 500,
  notFound: 404,
  notImplemented: 501,
  quotaExceeded: 403,
  rateLimitExceeded: 403,
};

/** A label's value: lower-case letters, digits, dashes and underscores, 63 at most. */
function labelText(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '-')
    .slice(0, 63);
}
