import { RAW_TABLES } from '../../config/raw-tables.ts';
import { messageOf } from '../../errors.ts';
import { describeCredentials } from '../google/credentials.ts';
import type { WarehouseFinding } from '../warehouse.ts';
import type { Ability } from './abilities.ts';
import type { BigQueryContext } from './context.ts';
import { BigQueryFailure, failureFor, isLacking } from './failure.ts';
import { OWN_PREFIX, type TableRef, tablePath, tableRef } from './names.ts';
import { canReadByStorage } from './reading.ts';
import { backupSql, exportSql, partitionsSql, selectSql } from './statements.ts';

/** Tables of a push, one of which tells what the account may do in its dataset. */
const PUSHED = 'nba_analytics.team_offense_game_summary';
const READ_RIGHTS = ['bigquery.tables.get', 'bigquery.tables.getData'];
const PUSH_RIGHTS = [
  ...READ_RIGHTS,
  'bigquery.tables.update',
  'bigquery.tables.updateData',
  'bigquery.tables.delete',
  'bigquery.tables.createSnapshot',
];
/** A clock that is off by more makes tokens invalid and expirations early. */
const SKEW_MS = 60_000;

/** What is done instead of what a server or an account lacks. */
const INSTEAD: Readonly<Record<Ability, string>> = {
  'partitions view': 'changes are found by tables.get and a count a date',
  'Storage Read': 'rows are read by query pages',
  'export to GCS': 'bulk history is read like everything else',
  snapshots: 'what a push replaces is kept by a copy job, a table or a local file',
  'copy jobs': 'what a push replaces is kept by a table or a local file',
  'CREATE TABLE AS': 'what a push replaces is kept in Parquet files of the workspace',
};

/** Checks access, rights and abilities: by dry runs, and by asking for things that are not there. */
export async function diagnose(
  context: BigQueryContext,
  use: 'read' | 'push',
): Promise<WarehouseFinding[]> {
  const { location } = context;
  const findings: WarehouseFinding[] = [
    ok('credentials', describeCredentials(location.credentials, location.endpoints.rest)),
  ];
  const dataset = use === 'read' ? 'nba_raw' : 'nba_analytics';
  const reached = await reach(context, dataset, use);
  findings.push(...reached.findings);
  if (!reached.isThere) return findings;
  findings.push(clock(context), await mayQuery(context));
  const table = await someTable(context, dataset);
  findings.push(await rights(context, use, table));
  await probe(context, dataset, table);
  const needed: readonly Ability[] =
    use === 'read'
      ? ['partitions view', 'Storage Read', 'export to GCS']
      : ['partitions view', 'Storage Read', 'snapshots', 'copy jobs', 'CREATE TABLE AS'];
  for (const ability of needed) findings.push(ableTo(context, ability));
  return findings;
}

async function reach(
  context: BigQueryContext,
  name: string,
  use: 'read' | 'push',
): Promise<{ isThere: boolean; findings: WarehouseFinding[] }> {
  const { location } = context;
  const { projectId, datasetId } = tableRef(location, `${name}.any`);
  const what = `the dataset "${projectId}.${datasetId}"`;
  try {
    const found = await context.tables.dataset(projectId, datasetId);
    if (found === undefined) {
      return use === 'push'
        ? {
            isThere: true,
            findings: [
              ok(
                'dataset',
                `${what} is not there yet; the first push makes it in ${location.location}`,
              ),
            ],
          }
        : {
            isThere: false,
            findings: [
              fail(
                'dataset',
                `${what} is not there`,
                'Check "project" and "dataset_prefix" in hoopduck.yaml.',
              ),
            ],
          };
    }
    const at = found.location ?? location.location;
    if (at.toLowerCase() === location.location.toLowerCase()) {
      return { isThere: true, findings: [ok('dataset', `${what} is in ${at}`)] };
    }
    const next = `Write "location: ${at}" in hoopduck.yaml; jobs run where the data is.`;
    return {
      isThere: false,
      findings: [fail('dataset', `${what} is in ${at}; "location" is ${location.location}`, next)],
    };
  } catch (error) {
    if (!(error instanceof BigQueryFailure)) throw error;
    const { message, next } = failureFor(what, error);
    return { isThere: false, findings: [fail('dataset', message, next)] };
  }
}

function clock({ client }: BigQueryContext): WarehouseFinding {
  const { skewMs } = client;
  if (skewMs === undefined) return ok('clock', 'the server does not tell its time');
  const text = `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs < 0 ? 'ahead of' : 'behind'} the server's`;
  if (Math.abs(skewMs) <= SKEW_MS) return ok('clock', text);
  return {
    name: 'clock',
    verdict: 'warn',
    found: text,
    next: 'Set the clock of this machine right.',
  };
}

/** A dry run needs the right to create jobs, and costs nothing. */
async function mayQuery({ jobs, location }: BigQueryContext): Promise<WarehouseFinding> {
  const what = `jobs in "${location.billingProject}"`;
  try {
    await jobs.dryRun('SELECT 1 AS one');
    return ok('jobs', `${what} may be created`);
  } catch (error) {
    if (!(error instanceof BigQueryFailure)) throw error;
    const { message, next } = failureFor(what, error);
    return fail('jobs', message, next);
  }
}

/** A table of the dataset that is there; undefined: none is. */
async function someTable(context: BigQueryContext, dataset: string): Promise<TableRef | undefined> {
  const of = tableRef(context.location, `${dataset}.any`);
  const names = (await context.tables.list(of.projectId, of.datasetId))
    .filter(({ tableId, type }) => type === 'TABLE' && !tableId.startsWith(OWN_PREFIX))
    .map(({ tableId }) => tableId);
  const wanted = [...RAW_TABLES.map(({ name }) => name), PUSHED.split('.')[1]!];
  const name = wanted.find((each) => names.includes(each)) ?? names[0];
  return name === undefined ? undefined : { ...of, tableId: name };
}

async function rights(
  { client }: BigQueryContext,
  use: 'read' | 'push',
  table: TableRef | undefined,
): Promise<WarehouseFinding> {
  if (table === undefined)
    return ok('rights', 'there is no table yet by which they could be tested');
  const permissions = use === 'read' ? READ_RIGHTS : PUSH_RIGHTS;
  try {
    const answer = await client.request<{ permissions?: string[] }>({
      call: 'tables.testIamPermissions',
      method: 'POST',
      path: `/datasets/${table.datasetId}/tables/${encodeURIComponent(table.tableId)}:testIamPermissions`,
      project: table.projectId,
      body: { permissions },
    });
    const missing = permissions.filter((each) => !(answer.permissions ?? []).includes(each));
    if (missing.length === 0)
      return ok('rights', `all ${permissions.length} that are needed on "${tablePath(table)}"`);
    return {
      name: 'rights',
      verdict: missing.every((each) => each.endsWith('createSnapshot')) ? 'warn' : 'fail',
      found: `missing on "${tablePath(table)}": ${missing.join(', ')}`,
      next: 'Give the account the roles that docs/bigquery.md names.',
    };
  } catch (error) {
    if (!(error instanceof BigQueryFailure)) throw error;
    return ok('rights', 'the server does not tell them; each is found out when it is needed');
  }
}

/** Asks for each ability with something that is not there: "not found" is the answer of a server that can. */
async function probe(
  context: BigQueryContext,
  dataset: string,
  table: TableRef | undefined,
): Promise<void> {
  const { jobs, location } = context;
  const nothing = { ...tableRef(location, `${dataset}.any`), tableId: `${OWN_PREFIX}not_there` };
  const other = { ...nothing, tableId: `${OWN_PREFIX}not_there_either` };
  const dates = ['2000-01-01'];
  await ask(context, 'partitions view', () => jobs.rows(partitionsSql(nothing)));
  const copy = { sourceTable: nothing, destinationTable: other, writeDisposition: 'WRITE_EMPTY' };
  await ask(context, 'snapshots', () => jobs.run({ copy: { ...copy, operationType: 'SNAPSHOT' } }));
  await ask(context, 'copy jobs', () => jobs.run({ copy }));
  await ask(context, 'CREATE TABLE AS', () =>
    jobs.dryRun(backupSql(other, nothing, 'game_date', dates, context.now())),
  );
  if (location.exportBucket === null) {
    context.abilities.note('export to GCS', false, 'no "export_bucket" is configured');
  } else {
    const select = selectSql(nothing, ['game_date'], 'TRUE');
    const uri = `gs://${location.exportBucket}/hoopduck-probe/*.parquet`;
    await ask(context, 'export to GCS', () => jobs.dryRun(exportSql(uri, select)));
  }
  if (table !== undefined) await canReadByStorage(context, table);
}

async function ask(
  { abilities }: BigQueryContext,
  ability: Ability,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
    abilities.note(ability, true);
  } catch (error) {
    if (!(error instanceof BigQueryFailure)) throw error;
    const isThere = error.failure.status === 404 || error.failure.reason === 'notFound';
    if (isThere) abilities.note(ability, true);
    else if (isLacking(error.failure)) abilities.note(ability, false, error.failure.message);
    else abilities.note(ability, false, messageOf(error));
  }
}

function ableTo({ abilities }: BigQueryContext, ability: Ability): WarehouseFinding {
  const found = abilities.found(ability);
  if (found === undefined) return ok(ability, 'not tried: there is no table yet');
  if (found.is) return ok(ability, 'there');
  const why = found.why === null ? '' : ` (${found.why})`;
  return {
    name: ability,
    verdict: 'warn',
    found: `missing${why}: ${INSTEAD[ability]}`,
    next: null,
  };
}

function ok(name: string, found: string): WarehouseFinding {
  return { name, verdict: 'ok', found, next: null };
}

function fail(name: string, found: string, next: string): WarehouseFinding {
  return { name, verdict: 'fail', found, next };
}
