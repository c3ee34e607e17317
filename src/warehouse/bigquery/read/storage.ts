import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { v1 } from '@google-cloud/bigquery-storage';
import type { AuthClient } from 'google-auth-library';
import { createDefaultBackoffSettings, createRetryOptions, grpc } from 'google-gax';
import type { BigQueryLocation } from '../../../config/location.ts';
import { EXIT, HoopduckError } from '../../../errors.ts';
import { withoutSecrets } from '../../../redact.ts';
import { BigQueryFailure, isTransient } from '../failure.ts';
import type { TableRef } from '../names.ts';
import { type ReadRequest, restrictionOf } from '../reading.ts';
import type { ColumnAppender } from './append.ts';
import { columnSources, decodeBatch } from './arrow.ts';

/** Reads tables by BigQuery's Storage Read API. */
export interface StorageReader {
  /** Appends the rows of a request, from several streams at once. @throws BigQueryFailure */
  read(request: ReadRequest, appender: ColumnAppender): Promise<void>;
  /** Opens a session on a table, which costs nothing. @throws BigQueryFailure */
  probe(ref: TableRef): Promise<void>;
  close(): Promise<void>;
}

/** What the API answers; only what is read here. */
interface Session {
  readonly arrowSchema?: { readonly serializedSchema?: Uint8Array | string | null } | null;
  readonly streams?: readonly { readonly name?: string | null }[] | null;
}
interface ReadMessage {
  readonly rowCount?: number | string | { toString(): string } | null;
  readonly arrowRecordBatch?: {
    readonly serializedRecordBatch?: Uint8Array | string | null;
  } | null;
}

/** A stream without a message for so long will not go on; shares of the deadline, as in the client. */
const SILENCE_MS = 60_000;
const TRIES_IN_DEADLINE = 4;
/** Tries without a row between them. */
const RETRIES = 5;
const FIRST_WAIT_MS = 100;
/** The client's own tries know nothing of offsets. */
const NO_RETRY = createRetryOptions([], createDefaultBackoffSettings());

/**
 * Opens the reader; without TLS where the location says so.
 * @param asked aborted when what is read is no longer wanted: it then ends at once, with INTERRUPTED (exit 130)
 */
export function openStorageReader(
  location: BigQueryLocation,
  auth: AuthClient,
  asked: AbortSignal = new AbortController().signal,
): StorageReader {
  const { storageRead } = location.endpoints;
  const isPlain = storageRead?.startsWith('http://') === true;
  const [host, port] = (storageRead ?? '').replace(/^https?:\/\//, '').split(':');
  const client = new v1.BigQueryReadClient({
    ...(storageRead !== null && { apiEndpoint: host!, port: Number(port) }),
    // Without one it would look for credentials on the network, even where none are needed.
    authClient: auth as never,
    ...(isPlain && { sslCreds: grpc.credentials.createInsecure() }),
  });
  const silenceMs = Math.min(SILENCE_MS, (location.deadlineSeconds * 1000) / TRIES_IN_DEADLINE);

  const openSession = (
    ref: TableRef,
    readOptions: { selectedFields: string[]; rowRestriction: string },
    streams: number,
  ): Promise<Session> =>
    retried('CreateReadSession', asked, async () => {
      const { projectId, datasetId, tableId } = ref;
      const [session] = await client.createReadSession(
        {
          parent: `projects/${location.billingProject}`,
          readSession: {
            table: `projects/${projectId}/datasets/${datasetId}/tables/${tableId}`,
            dataFormat: 'ARROW',
            readOptions,
          },
          maxStreamCount: streams,
        },
        { timeout: silenceMs, retry: NO_RETRY },
      );
      return session as Session;
    });

  return {
    async read(request, appender) {
      const names = request.fields.map(({ name }) => name);
      const options = { selectedFields: names, rowRestriction: restrictionOf(request) };
      let session: Session;
      try {
        session = await openSession(request.ref, options, location.readStreams);
      } catch (error) {
        // Some servers grant one stream and refuse to be asked for more.
        const isRefused =
          error instanceof BigQueryFailure && error.failure.reason === 'INVALID_ARGUMENT';
        if (!isRefused || location.readStreams === 1) throw error;
        session = await openSession(request.ref, options, 1);
      }
      const schema = bytesOf(session.arrowSchema?.serializedSchema);
      await allOrNone(session.streams ?? [], asked, ({ name }, signal) =>
        readStream({ client, readStream: name!, silenceMs, signal }, schema, names, appender),
      );
    },
    async probe(ref) {
      await openSession(ref, { selectedFields: [], rowRestriction: '' }, 1);
    },
    async close() {
      await client.close();
    },
  };
}

/**
 * Runs work on each item at once. The first failure stops the others, and is thrown when all of them have
 * ended: none may append to a table that the caller has closed by then. `asked` stops all of them.
 */
async function allOrNone<T>(
  items: readonly T[],
  asked: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, asked]);
  const failures: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      work(item, signal).catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      }),
    ),
  );
  stopIfAsked(asked);
  if (failures.length > 0) throw failures[0];
}

function stopIfAsked(asked: AbortSignal): void {
  if (!asked.aborted) return;
  throw new HoopduckError('INTERRUPTED', 'Stopped while rows were read, as asked.', {
    next: 'Run the same command again; what was landed is not read again.',
    exitCode: EXIT.interrupted,
  });
}

/** One stream of a session, and when to give it up. */
interface StreamToRead {
  readonly client: InstanceType<typeof v1.BigQueryReadClient>;
  readonly readStream: string;
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/**
 * Reads one stream to its end, or until it is told to stop. After a broken connection it goes on at the rows
 * that were appended: an offset counts whole messages.
 */
async function readStream(
  stream: StreamToRead,
  schema: Uint8Array,
  names: readonly string[],
  appender: ColumnAppender,
): Promise<void> {
  let offset = 0;
  let failures = 0;
  while (!stream.signal.aborted) {
    let isLanding = false;
    try {
      for await (const message of messages(stream, offset)) {
        const batch = decodeBatch(schema, bytesOf(message.arrowRecordBatch?.serializedRecordBatch));
        const rows = Number(String(message.rowCount ?? batch.numRows));
        if (rows !== batch.numRows) {
          const text = `a message says ${rows} rows and has ${batch.numRows}`;
          throw new BigQueryFailure({
            call: 'ReadRows',
            status: 0,
            reason: 'incomplete',
            message: text,
          });
        }
        isLanding = true;
        appender.append(rows, columnSources(batch, names));
        isLanding = false;
        offset += rows;
        failures = 0;
      }
      return;
    } catch (error) {
      if (stream.signal.aborted) return;
      // A part of the message may be in the table: to read it again would double those rows.
      if (isLanding) throw error;
      const failed = failureOfGrpc('ReadRows', error);
      failures += 1;
      if (!isTransient(failed.failure) || failures > RETRIES) throw failed;
      await sleep(waitMs(failures), undefined, { signal: stream.signal }).catch(() => undefined);
    }
  }
}

/** The messages of a stream from an offset on; a silence that is too long ends it, and so does the signal. */
async function* messages(
  { client, readStream, silenceMs, signal }: StreamToRead,
  offset: number,
): AsyncGenerator<ReadMessage> {
  const stream = client.readRows(
    { readStream, offset },
    // Without the last one a refusal before the first message is asked for twice more, seconds apart.
    {
      retry: NO_RETRY,
      maxRetries: 0,
      retryRequestOptions: { retries: 0, noResponseRetries: 0 },
    },
  ) as unknown as NodeJS.ReadableStream & {
    destroy(error?: Error): void;
    cancel?(): void;
  };
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const text = `the stream is silent for ${Math.round(silenceMs / 1000)} s`;
      stream.destroy(
        new BigQueryFailure({ call: 'ReadRows', status: 0, reason: 'deadline', message: text }),
      );
    }, silenceMs);
  };
  const stop = () => void stream.destroy(new Error('what it reads is no longer wanted'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    watch();
    for await (const message of stream) {
      clearTimeout(timer);
      yield message as unknown as ReadMessage;
      watch();
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    stream.cancel?.();
  }
}

/** Tries a call again that failed on the way; its answer is not waited for once it is no longer asked for. */
async function retried<T>(call: string, asked: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; ) {
    stopIfAsked(asked);
    try {
      return await unlessAborted(work(), asked);
    } catch (error) {
      stopIfAsked(asked);
      const failed = failureOfGrpc(call, error);
      failures += 1;
      if (!isTransient(failed.failure) || failures > RETRIES) throw failed;
      await sleep(waitMs(failures), undefined, { signal: asked }).catch(() => undefined);
    }
  }
}

/** What the work comes to, or a rejection as soon as the signal is aborted. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Growing, and between half and whole, so that streams that broke together do not come back together. */
function waitMs(failures: number): number {
  const full = FIRST_WAIT_MS * 2 ** failures;
  return randomInt(full / 2, full);
}

/** Reads a gRPC error; its metadata, which may hold a token, is not kept. */
function failureOfGrpc(call: string, error: unknown): BigQueryFailure {
  if (error instanceof BigQueryFailure) return error;
  const { code, details, message } = error as { code?: number; details?: string; message?: string };
  // A server whose messages do not fit its own transport will not do better the next time.
  const isTooLarge = /larger than max/i.test(details ?? '');
  const said = code === undefined ? 'incomplete' : (grpc.status[code] ?? 'UNKNOWN');
  const reason = isTooLarge ? 'MESSAGE_TOO_LARGE' : said;
  return new BigQueryFailure({
    call,
    status: HTTP_STATUS[reason] ?? 0,
    reason,
    message: withoutSecrets(details ?? message ?? reason),
  });
}

/** Where the same refusal by REST has a status that says what to do about it. */
const HTTP_STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
};

function bytesOf(bytes: Uint8Array | string | null | undefined): Uint8Array {
  if (bytes === null || bytes === undefined) return new Uint8Array();
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
}
