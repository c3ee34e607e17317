import { WORKSPACE_FEATURES } from '../config/feature-tables.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { plural } from '../format.ts';
import { commentTables } from '../replica/column-comments.ts';
import { appendDates, heldColumns } from './append-dates.ts';
import { type BuildResult, buildModel, forgetBuilds, type ModelBuild } from './build.ts';
import { BuildJournal } from './build-journal.ts';
import { recordDefinitions } from './definitions.ts';
import { loadGraph, type ModelGraph } from './graph.ts';
import { type DateRange, recordInputs, suspectInputs } from './inputs.ts';
import type { Model } from './model.ts';
import { isPublished } from './model-table.ts';
import { refreshRawValues } from './raw-values.ts';
import { checkReferences } from './references.ts';
import { findStale, isUncovered, recordedBuilds } from './stale.ts';
import { checkFeatureColumns } from './workspace-features.ts';

/** What the transform stage did. */
export interface TransformResult {
  readonly status: 'done' | 'nothing';
  readonly built: readonly BuildResult[];
  /** Rows of raw tables that staging left out, by table and reason. */
  readonly leftOut: readonly { table: string; reason: string; rows: number }[];
  /** Nights whose team rows were rebuilt from their players. */
  readonly reconstructed: readonly { date: string; rows: number; expected: number }[];
}

/**
 * Brings every table up to date with its inputs, in the order of the graph. History before `from` is
 * built where it is stale, because windows read it; dates after `to` are left as they are.
 */
export async function transformStage(
  context: StageContext,
  span: { from: string; to: string; refresh?: boolean },
): Promise<TransformResult> {
  const { replica, report } = context;
  const graph = loadGraph(context.config);
  await checkReferences(replica, graph);
  const built = await buildStale(context, graph, span);
  await commentTables(replica, graph.models.filter(isPublished));
  for (const result of built) {
    for (const { date, detail } of result.short.slice(0, 5)) {
      report.warn(`${result.table} ${date} is incomplete: ${detail}`);
    }
    if (result.short.length > 5) {
      report.warn(`${result.table}: ${result.short.length - 5} more incomplete dates`);
    }
  }
  const rebuilt = built.find(
    (result) => result.table === 'nba_analytics.team_offense_game_summary',
  );
  const reconstructed =
    rebuilt === undefined
      ? []
      : await replica.rows<{ date: string; rows: number; expected: number }>(
          `SELECT CAST(game_date AS VARCHAR) AS date,
             count_if(data_quality_tier = 'silver') AS rows, count(*) AS expected
           FROM nba_analytics.team_offense_game_summary
           WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
           GROUP BY ALL HAVING rows > 0 ORDER BY date`,
          { from: rebuilt.from, to: rebuilt.to },
        );
  reportReconstructed(context, reconstructed);
  const leftOut = await replica.rows<{ table: string; reason: string; rows: number }>(
    `SELECT raw_table AS "table", reason, sum(row_count) AS rows FROM hoopduck.stg_left_out
     WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
     GROUP BY ALL ORDER BY ALL`,
    { from: span.from, to: span.to },
  );
  if (built.some((result) => result.table === 'hoopduck.stg_left_out')) {
    for (const { table, reason, rows } of leftOut) {
      report.warn(`${table}: ${plural(rows, 'row')} left out, ${reason}`);
    }
  }
  return {
    status: built.some((result) => result.changedDates > 0) ? 'done' : 'nothing',
    built,
    leftOut,
    reconstructed,
  };
}

/** After so many computed rows what was built is committed, so that a transaction does not outgrow the memory. */
const ROWS_IN_TRANSACTION = 100_000;

/**
 * Builds what is stale, model by model: a new night in one transaction, a long history in one for every few
 * tables or for a large one.
 */
export async function buildStale(
  context: StageContext,
  graph: ModelGraph,
  span: { from: string; to: string; refresh?: boolean },
): Promise<BuildResult[]> {
  const { replica, report } = context;
  const { models } = graph;
  await refreshRawValues(replica);
  await recordDefinitions(replica, graph);
  const asked = span.refresh === true ? { from: span.from, to: span.to } : null;
  const builds = await recordedBuilds(replica);
  const current = models.filter(({ name, sqlDigest }) => builds.get(name)?.sql === sqlDigest);
  const suspects = await suspectInputs(replica, graph, new Set(current.map(({ name }) => name)));
  const held = await heldColumns(replica);
  const journal = new BuildJournal(context);
  const built: BuildResult[] = [];
  let next = 0;
  while (next < models.length) {
    await replica.transaction(async () => {
      let rows = 0;
      while (next < models.length && rows < ROWS_IN_TRANSACTION && !context.signal.aborted) {
        report.progress(`transform ${models[next]!.name}`, next, models.length);
        const build = await buildModelIfStale(models[next]!);
        next += 1;
        if (build === null) continue;
        const { changed, ...result } = build;
        built.push(result);
        rows += result.rows;
        if (changed !== null) suspectReaders(result.table, changed);
      }
      await journal.write();
    });
    if (context.signal.aborted) throw interrupted();
  }
  await forgetBuilds(replica);
  // Every model has read every change: none has to be remembered.
  await replica.run('DELETE FROM hoopduck.row_change');
  report.progress('transform tables', models.length, models.length);
  return built;

  async function buildModelIfStale(model: Model): Promise<ModelBuild | null> {
    const known = { build: builds.get(model.name), suspects: suspects.get(model.name)! };
    const isCovered = known.suspects.size === 0 && !isUncovered(model, known.build, span.to);
    if (!isCovered && model.name === WORKSPACE_FEATURES) {
      await checkFeatureColumns(replica, context.config);
    }
    if (asked === null) {
      if (isCovered) return null;
      const appended = await appendDates(context, journal, model, span.to, known, held);
      if (appended !== null) return appended;
    }
    const read = [model, ...model.inputs.map(({ table }) => graph.byName.get(table))];
    if (journal.holds(read.flatMap((each) => each?.name ?? []))) await journal.write();
    const stale = await findStale(replica, graph, model, span.to, asked, known);
    if (stale !== null) return buildModel(context, graph, model, stale);
    // What changed reaches no date of this model; it is read, all the same.
    await recordInputs(replica, model.name);
    return null;
  }

  /** Where a table changed, its readers have to look; of an input that is suspect on any date nothing more is known. */
  function suspectReaders(table: string, changed: DateRange): void {
    for (const { name, inputs } of models) {
      if (!inputs.some((input) => input.table === table)) continue;
      const inputsOf = suspects.get(name)!;
      const before = inputsOf.get(table);
      if (before === null) continue;
      inputsOf.set(table, before === undefined ? changed : union(before, changed));
    }
  }
}

function union(a: DateRange, b: DateRange): DateRange {
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
}

function reportReconstructed(
  context: StageContext,
  nights: readonly { date: string; rows: number; expected: number }[],
): void {
  for (const { date, rows, expected } of nights.slice(0, 5)) {
    context.report.info(
      `${date}: ${rows} of ${expected} team rows reconstructed from their players (silver)`,
    );
  }
  if (nights.length > 5) {
    const rows = nights.slice(5).reduce((sum, night) => sum + night.rows, 0);
    context.report.info(`${nights.length - 5} more nights with ${rows} reconstructed team rows`);
  }
}

function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'Stopped between two tables, as asked.', {
    next: 'Run the same command again; finished tables are not rebuilt.',
    exitCode: EXIT.interrupted,
  });
}
