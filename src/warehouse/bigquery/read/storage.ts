import { setTimeout as sleep } from 'node:timers/promises';
import { v1 } from '@google-cloud/bigquery-storage';
import type { AuthClient } from 'google-auth-library';
import { createDefaultBackoffSettings, createRetryOptions, grpc } from 'google-gax';
import type { BigQueryLocation } from '../../../config/location.ts';
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

/** Opens the reader; without TLS where the location says so. */
export function openStorageReader(location: BigQueryLocation, auth: AuthClient): StorageReader {
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
    retried('CreateReadSession', async () => {
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
      await Promise.all(
        (session.streams ?? []).map(({ name }) =>
          readStream(client, name!, schema, names, appender, silenceMs),
        ),
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
 * Reads one stream to its end. After a broken connection it goes on at the rows that were appended: an
 * offset counts whole messages, and each is appended as a whole or not at all.
 */
async function readStream(
  client: InstanceType<typeof v1.BigQueryReadClient>,
  readStream: string,
  schema: Uint8Array,
  names: readonly string[],
  appender: ColumnAppender,
  silenceMs: number,
): Promise<void> {
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      for await (const message of messages(client, readStream, offset, silenceMs)) {
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
        appender.append(rows, columnSources(batch, names));
        offset += rows;
        failures = 0;
      }
      return;
    } catch (error) {
      const failed = failureOfGrpc('ReadRows', error);
      failures += 1;
      if (!isTransient(failed.failure) || failures > RETRIES) throw failed;
      await sleep(waitMs(failures));
    }
  }
}

/** The messages of a stream from an offset on; a silence that is too long ends it. */
async function* messages(
  client: InstanceType<typeof v1.BigQueryReadClient>,
  readStream: string,
  offset: number,
  silenceMs: number,
): AsyncGenerator<ReadMessage> {
  const stream = client.readRows(
    { readStream, offset },
    { retry: NO_RETRY, maxRetries: 0, retryRequestOptions: { retries: 0 } },
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
  try {
    watch();
    for await (const message of stream) {
      clearTimeout(timer);
      yield message as unknown as ReadMessage;
      watch();
    }
  } finally {
    clearTimeout(timer);
    stream.cancel?.();
  }
}

async function retried<T>(call: string, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      const failed = failureOfGrpc(call, error);
      failures += 1;
      if (!isTransient(failed.failure) || failures > RETRIES) throw failed;
      await sleep(waitMs(failures));
    }
  }
}

/** Growing, and between half and whole, so that streams that broke together do not come back together. */
function waitMs(failures: number): number {
  const full = FIRST_WAIT_MS * 2 ** failures;
  return full / 2 + (full / 2) * ((performance.now() % 100) / 100);
}

/** Reads a gRPC error; its metadata, which may hold a token, is not kept. */
function failureOfGrpc(call: string, error: unknown): BigQueryFailure {
  if (error instanceof BigQueryFailure) return error;
  const { code, details, message } = error as { code?: number; details?: string; message?: string };
  const reason = code === undefined ? 'incomplete' : (grpc.status[code] ?? 'UNKNOWN');
  return new BigQueryFailure({ call, status: 0, reason, message: details ?? message ?? reason });
}

function bytesOf(bytes: Uint8Array | string | null | undefined): Uint8Array {
  if (bytes === null || bytes === undefined) return new Uint8Array();
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
}
