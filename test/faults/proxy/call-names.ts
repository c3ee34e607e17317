import type { IncomingMessage } from 'node:http';

/** What a request asks for: the name that Google's documentation gives it, and what matters of its body. */
export interface NamedCall {
  readonly name: string;
  /** Text of the query that a job runs. */
  readonly sql?: string;
  readonly jobId?: string;
  /** The kind of a job: query, load, copy, extract. */
  readonly jobKind?: string;
  /** The bound of what a query may scan, in bytes. */
  readonly maximumBytesBilled?: string;
  /** Of a job. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Tables that the call may change, as `dataset.table`. */
  readonly writes?: readonly string[];
}

interface JobBody {
  readonly jobReference?: { readonly jobId?: string };
  readonly query?: string;
  readonly configuration?: {
    readonly dryRun?: boolean;
    readonly labels?: Readonly<Record<string, string>>;
    readonly query?: { readonly query?: string; readonly maximumBytesBilled?: string };
    readonly load?: { readonly destinationTable?: TableId };
    readonly copy?: { readonly destinationTable?: TableId; readonly operationType?: string };
    readonly extract?: object;
  };
}
interface TableId {
  readonly datasetId: string;
  readonly tableId: string;
}

/** Names a call of BigQuery's REST API. */
export function bigqueryCall({ method, url }: IncomingMessage, body: Buffer): NamedCall {
  const path = new URL(url!, 'http://x').pathname;
  const isUpload = path.startsWith('/upload/');
  const rest = path.replace(/^.*\/projects\/[^/]+/, '');
  if (isUpload || (rest === '/jobs' && method === 'POST')) {
    return jobCall(isUpload, isUpload ? uploadedJson(body) : json(body));
  }
  if (rest === '/queries') return { name: 'jobs.query', ...sqlOf(json(body).query) };
  const job = /^\/jobs\/([^/]+)(\/cancel)?$/.exec(rest);
  if (job !== null) {
    return {
      name: job[2] === undefined ? 'jobs.get' : 'jobs.cancel',
      jobId: decodeURIComponent(job[1]!),
    };
  }
  const results = /^\/queries\/([^/]+)$/.exec(rest);
  if (results !== null)
    return { name: 'jobs.getQueryResults', jobId: decodeURIComponent(results[1]!) };
  const verb = { GET: 'get', POST: 'insert', PATCH: 'patch', PUT: 'update', DELETE: 'delete' }[
    method!
  ]!;
  if (/\/tables$/.test(rest)) return { name: `tables.${method === 'GET' ? 'list' : verb}` };
  if (/:testIamPermissions$/.test(rest)) return { name: 'tables.testIamPermissions' };
  if (/\/tables\/[^/]+$/.test(rest)) return { name: `tables.${verb}` };
  if (/^\/datasets$/.test(rest)) return { name: `datasets.${method === 'GET' ? 'list' : verb}` };
  if (/^\/datasets\/[^/]+$/.test(rest)) return { name: `datasets.${verb}` };
  return { name: `${method} ${rest}` };
}

function jobCall(isUpload: boolean, { jobReference, configuration }: JobBody): NamedCall {
  const kind =
    ['query', 'load', 'copy', 'extract'].find((each) => each in (configuration ?? {})) ?? '?';
  const sql = configuration?.query?.query;
  const to = configuration?.load?.destinationTable ?? configuration?.copy?.destinationTable;
  const snapshot = configuration?.copy?.operationType === 'SNAPSHOT' ? 'snapshot' : kind;
  const dry = configuration?.dryRun === true ? 'dry ' : '';
  return {
    name: `jobs.insert:${dry}${sql === undefined ? snapshot : statementOf(sql)}`,
    jobKind: isUpload ? 'load' : kind,
    ...(configuration?.labels !== undefined && { labels: configuration.labels }),
    ...(configuration?.query?.maximumBytesBilled !== undefined && {
      maximumBytesBilled: configuration.query.maximumBytesBilled,
    }),
    ...(jobReference?.jobId !== undefined && { jobId: jobReference.jobId }),
    ...sqlOf(sql),
    ...(to !== undefined && { writes: [`${to.datasetId}.${to.tableId}`] }),
  };
}

/** The first word of a statement says what it does. */
function statementOf(sql: string): string {
  const word = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? '';
  if (word === 'select')
    return sql.includes('INFORMATION_SCHEMA.PARTITIONS') ? 'partitions' : 'select';
  return word;
}

function sqlOf(sql: string | undefined): Pick<NamedCall, 'sql' | 'writes'> {
  if (sql === undefined) return {};
  const written =
    /^\s*(?:MERGE|INSERT INTO|UPDATE|DELETE FROM|ALTER TABLE|CREATE TABLE)\s+`[^`.]+\.([^`]+)`/i.exec(
      sql,
    );
  return { sql, ...(written !== null && { writes: [written[1]!] }) };
}

function json(body: Buffer): JobBody {
  try {
    return JSON.parse(body.toString('utf8')) as JobBody;
  } catch {
    return {};
  }
}

/** The JSON part of a multipart upload. */
function uploadedJson(body: Buffer): JobBody {
  const start = body.indexOf('{');
  const end = body.indexOf('\r\n--', start);
  return json(body.subarray(start, end));
}

/** Names a call of GCS's JSON API. */
export function gcsCall({ method, url }: IncomingMessage): NamedCall {
  const { pathname, searchParams } = new URL(url!, 'http://x');
  if (pathname.startsWith('/upload/') || pathname.startsWith('/resumable/')) {
    const isPart = method === 'PUT';
    return {
      name: isPart
        ? 'objects.insert:part'
        : `objects.insert:${searchParams.get('uploadType') ?? 'simple'}`,
    };
  }
  if (/\/iam\/testPermissions$/.test(pathname)) return { name: 'buckets.testIamPermissions' };
  if (/\/b\/[^/]+\/o$/.test(pathname)) return { name: 'objects.list' };
  if (/\/b\/[^/]+\/o\/./.test(pathname)) {
    if (method === 'DELETE') return { name: 'objects.delete' };
    return {
      name:
        searchParams.get('alt') === 'media'
          ? 'objects.download'
          : `objects.${method === 'GET' ? 'get' : 'patch'}`,
    };
  }
  if (/\/b\/[^/]+$/.test(pathname)) return { name: 'buckets.get' };
  return { name: method === 'GET' ? 'objects.download' : `${method} ${pathname}` };
}
