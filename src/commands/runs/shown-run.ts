import type { Replica } from '../../replica/replica.ts';
import { PREDICTIONS } from '../../train/prediction-tables.ts';
import { pastPushes } from './past-pushes.ts';
import { type ListedRun, parsedObject } from './run-facts.ts';

/** A table that a run wrote: how many dates of it came out new or other than before. */
export interface ChangedTable {
  readonly table: string;
  readonly dates: number;
  /** Rows read or computed. */
  readonly rows: number;
}

/** What the ledger knows of one run. */
export interface ShownRun {
  readonly run: ListedRun;
  readonly stages: readonly {
    readonly name: string;
    readonly status: string;
    readonly seconds: number;
  }[];
  readonly changed: readonly ChangedTable[];
  /** `ledger`: by the partitions that still are as the run wrote them; `stages`: as the run said. */
  readonly changed_by: 'stages' | 'ledger';
  readonly gates: {
    readonly pass: number;
    readonly warn: number;
    readonly fail: number;
    readonly not_evaluated: number;
  } | null;
  readonly model: { readonly trained: string | null; readonly predicted: string | null };
  /** Names of models that were given in it. */
  readonly aliases: readonly { alias: string; model_id: string; reason: string }[];
  readonly pushes: readonly {
    readonly push_id: string;
    readonly target: string;
    readonly status: string;
    readonly rollback_of: string | null;
    readonly written: number | null;
    readonly rows: number | null;
    readonly removed: number | null;
    readonly refused: number | null;
    readonly has_refused: boolean;
  }[];
  readonly forced: readonly { at: string; what: string; reason: string }[];
}

interface Stage {
  readonly name: string;
  readonly status: string;
  readonly seconds: number;
  readonly summary: string;
}

/** Reads everything that the ledger knows of a run. */
export async function showRun(replica: Replica, run: ListedRun): Promise<ShownRun> {
  const id = { id: run.run_id };
  const stages = await replica.rows<Stage>(
    'SELECT name, status, seconds, summary FROM hoopduck.stage WHERE run_id = $id',
    id,
  );
  const said = stages.flatMap(changedBy);
  const forced = await replica.rows<ShownRun['forced'][number]>(
    `SELECT strftime(recorded_at, '%Y-%m-%dT%H:%M:%SZ') AS at, what, reason
     FROM hoopduck.forced WHERE run_id = $id ORDER BY recorded_at`,
    id,
  );
  return {
    run,
    stages: stages.map(({ name, status, seconds }) => ({ name, status, seconds })),
    changed: stages.length > 0 ? said : await stillWritten(replica, run.run_id),
    changed_by: stages.length > 0 ? 'stages' : 'ledger',
    gates: await gatesOf(replica, run.run_id, stages),
    model: await modelOf(replica, run.run_id, stages),
    aliases: (await replica.hasTable('hoopduck.model_alias'))
      ? await replica.rows(
          'SELECT alias, model_id, reason FROM hoopduck.model_alias WHERE run_id = $id ORDER BY alias, step',
          id,
        )
      : [],
    pushes: await pushesOf(replica, run.run_id),
    forced,
  };
}

/** What a stage of a whole run said it changed. */
function changedBy({ name, summary }: Stage): ChangedTable[] {
  const parsed: unknown = JSON.parse(summary);
  if (name === 'sync' && Array.isArray(parsed)) {
    return (parsed as Synced[]).map(({ table, rows, added, restated, removed }) => ({
      table,
      rows,
      dates: added + restated.length + removed.length,
    }));
  }
  if (name === 'transform' && Array.isArray(parsed)) {
    return (parsed as { table: string; rows: number; changedDates: number }[])
      .filter(({ table, changedDates }) => changedDates > 0 && !table.startsWith('hoopduck.'))
      .map(({ table, rows, changedDates }) => ({ table, rows, dates: changedDates }));
  }
  if (name === 'predict') {
    const { written, rows } = parsedObject(summary);
    return typeof written === 'number' && written > 0
      ? [{ table: PREDICTIONS, dates: written, rows: Number(rows) }]
      : [];
  }
  return [];
}

interface Synced {
  readonly table: string;
  readonly rows: number;
  readonly added: number;
  readonly restated: readonly string[];
  readonly removed: readonly string[];
}

/** Of a command without stages: the partitions whose last writer it is. */
function stillWritten(replica: Replica, id: string): Promise<ChangedTable[]> {
  return replica.rows<ChangedTable>(
    `SELECT table_name AS "table", count(*) AS dates, CAST(sum(rows) AS BIGINT) AS rows
     FROM hoopduck.partition WHERE run_id = $id AND layer <> 'staging'
     GROUP BY table_name, layer
     ORDER BY CASE layer WHEN 'raw' THEN 0 WHEN 'model' THEN 1 ELSE 2 END, table_name`,
    { id },
  );
}

async function gatesOf(
  replica: Replica,
  id: string,
  stages: readonly Stage[],
): Promise<ShownRun['gates']> {
  const stage = stages.find(({ name }) => name === 'validate');
  if (stage !== undefined) {
    const { pass, warn, fail, not_evaluated } = parsedObject(stage.summary);
    if (typeof pass !== 'number') return null;
    return {
      pass,
      warn: Number(warn),
      fail: Number(fail),
      not_evaluated: Number(not_evaluated),
    };
  }
  const counts = await replica.row<NonNullable<ShownRun['gates']> & { n: number }>(
    `SELECT count(*) AS n, count_if(verdict = 'pass') AS pass, count_if(verdict = 'warn') AS warn,
       count_if(verdict = 'fail') AS fail, count_if(verdict = 'not_evaluated') AS not_evaluated
     FROM hoopduck.check_result WHERE run_id = $id`,
    { id },
  );
  if (counts === undefined || counts.n === 0) return null;
  const { n: _, ...gates } = counts;
  return gates;
}

async function modelOf(
  replica: Replica,
  id: string,
  stages: readonly Stage[],
): Promise<ShownRun['model']> {
  const [trained] = await replica.column<string>(
    'SELECT model_id FROM hoopduck.model WHERE run_id = $id ORDER BY trained_at DESC LIMIT 1',
    { id },
  );
  const predict = stages.find(({ name }) => name === 'predict');
  const predicted = predict === undefined ? undefined : parsedObject(predict.summary)['model_id'];
  return {
    trained: trained ?? null,
    predicted: typeof predicted === 'string' ? predicted : null,
  };
}

async function pushesOf(replica: Replica, id: string): Promise<ShownRun['pushes']> {
  const pushes = await pastPushes(replica, { runId: id });
  return pushes.reverse().map(({ summary, run_id: _, started_at: __, ...push }) => {
    const figure = (name: string) => (typeof summary[name] === 'number' ? summary[name] : null);
    return {
      ...push,
      written: figure('written'),
      rows: figure('rows'),
      removed: figure('removed'),
    };
  });
}
