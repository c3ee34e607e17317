import type { StageContext } from '../context.ts';
import { loadGraph } from './graph.ts';
import { checkReferences } from './references.ts';
import { dayAfter, FIRST_DATE, isUncovered, recordedBuilds, type StaleReason } from './stale.ts';
import { buildStale } from './transform.ts';

/** A table that a run would rebuild. */
export interface PlannedModel {
  readonly table: string;
  /** Span of dates that would be computed. */
  readonly from: string;
  readonly to: string;
  /** How many dates would be computed, and how many of them come out different; null: not known beforehand. */
  readonly dates: number | null;
  readonly changedDates: number | null;
  readonly why: string;
  readonly reasons: readonly StaleReason[];
}

/** What sync is about to land, by table. */
export interface Upcoming {
  readonly tables: readonly {
    readonly table: string;
    readonly fetch: readonly { readonly date: string }[];
    readonly remove: readonly string[];
  }[];
}

/**
 * Which dates of which models a run would rebuild, found by doing it: `land` puts the changed partitions
 * into the replica, the stale models are built, and all of it is taken back. So a plan never differs from its
 * run, and a change that ends halfway (a restated row that alters no total) is not announced further.
 */
export async function rehearseTransforms(
  context: StageContext,
  horizon: string,
  land: () => Promise<void>,
): Promise<PlannedModel[]> {
  const { replica } = context;
  const graph = loadGraph(context.config);
  await checkReferences(replica, graph);
  return replica.rehearse(async () => {
    await land();
    const built = await buildStale(context, graph, { from: '1900-01-01', to: horizon });
    return built.map((result) => ({
      table: result.table,
      from: result.from,
      to: result.to,
      dates: result.dates,
      changedDates: result.changedDates,
      why: result.why,
      reasons: result.reasons,
    }));
  });
}

/**
 * The tables that a run would rebuild, from the graph and the last builds alone: for a replica in which most is
 * new, or a warehouse that bills what is read. How many dates is known after they were read.
 */
export async function outlineTransforms(
  context: StageContext,
  upcoming: Upcoming,
  horizon: string,
): Promise<PlannedModel[]> {
  const graph = loadGraph(context.config);
  await checkReferences(context.replica, graph);
  const builds = await recordedBuilds(context.replica);
  const touched = firstDates(upcoming);
  return graph.models.flatMap((model) => {
    const build = builds.get(model.name);
    const isWhole = build?.sql !== model.sqlDigest;
    const isShort = isUncovered(model, build, horizon);
    const causes = model.inputs.filter(({ table }) => touched.has(table));
    if (!isShort && causes.length === 0) return [];
    const dates = causes.map(({ table }) => touched.get(table)!);
    if (isShort && !isWhole) dates.push(dayAfter(build.to));
    const from = isWhole ? FIRST_DATE : dates.reduce((a, b) => (a < b ? a : b));
    touched.set(model.name, from);
    const reasons = causes.map(({ table }) => `${table} from ${touched.get(table)}`);
    if (isShort) reasons.push('new dates');
    const whole = build === undefined ? 'new' : 'code changed';
    const why = isWhole ? whole : reasons.join('; ');
    return [
      { table: model.name, from, to: horizon, dates: null, changedDates: null, why, reasons: [] },
    ];
  });
}

function firstDates({ tables }: Upcoming): Map<string, string> {
  const first = new Map<string, string>();
  for (const { table, fetch, remove } of tables) {
    const date = [...fetch.map((partition) => partition.date), ...remove].sort()[0];
    if (date !== undefined) first.set(table, date);
  }
  return first;
}
