import type { RunPlan } from '../pipeline/plan.ts';
import type { PastStage } from './past-stages.ts';

/** How long a stage may take, and the past run that says so. */
export interface StageEstimate {
  readonly name: string;
  /** null: there is no past run to judge by. */
  readonly seconds: number | null;
  readonly by: string | null;
  /** Rows a second of a sync, dates a second of a transform; null: the time does not go by size. */
  readonly rate: number | null;
}

/** How long a run may take. */
export interface TimeEstimate {
  /** Of the stages that can be judged; null: none can. */
  readonly seconds: number | null;
  readonly stages: readonly StageEstimate[];
}

/**
 * Estimates a run by past ones: sync and transform by the stage that was nearest in size, validate, train and predict as
 * long as last time. A stage with nothing to do counts nothing.
 */
export function estimateTime(plan: RunPlan, past: readonly PastStage[]): TimeEstimate {
  const rows = rowsToRead(plan);
  const dates = datesToRebuild(plan);
  const moves = rows > 0 || plan.transform.length > 0 || removals(plan) > 0;
  const stages = [
    rows + removals(plan) === 0 ? nothing('sync') : bySize('sync', rows, past),
    plan.transform.length === 0 ? nothing('transform') : bySize('transform', dates, past),
    ...['validate', 'train', 'predict'].map((name) => asLastTime(name, moves, past)),
  ];
  const known = stages.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
  return {
    seconds: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0),
    stages,
  };
}

function rowsToRead({ sync }: RunPlan): number {
  return sync.tables.reduce(
    (sum, { fetch }) => sum + fetch.reduce((total, { rows }) => total + rows, 0),
    0,
  );
}

function removals({ sync }: RunPlan): number {
  return sync.tables.reduce((sum, { remove }) => sum + remove.length, 0);
}

/** Dates times tables; where the plan knows no dates, as many as sync brings, for every table. */
function datesToRebuild({ sync, transform }: RunPlan): number {
  const synced = Math.max(
    0,
    ...sync.tables.map(({ fetch, remove }) => fetch.length + remove.length),
  );
  return transform.reduce((sum, { changedDates }) => sum + (changedDates ?? synced), 0);
}

function nothing(name: string): StageEstimate {
  return { name, seconds: 0, by: null, rate: null };
}

function bySize(name: string, size: number, past: readonly PastStage[]): StageEstimate {
  const own = past.filter((stage) => stage.name === name);
  const worked = own.filter((stage) => stage.worked);
  const distance = (stage: PastStage) => Math.abs(Math.log(stage.size / Math.max(size, 1)));
  const [nearest] = [...worked].sort((a, b) => distance(a) - distance(b));
  if (size === 0) {
    const shortest = [...own].sort((a, b) => a.seconds - b.seconds)[0];
    return { name, seconds: shortest?.seconds ?? null, by: shortest?.run_id ?? null, rate: null };
  }
  if (nearest === undefined) return { name, seconds: null, by: null, rate: null };
  // However little changes, each table costs its share: what is smaller goes by the square root.
  const ratio = size / nearest.size;
  const seconds = nearest.seconds * (ratio < 1 ? Math.sqrt(ratio) : ratio);
  return { name, seconds, by: nearest.run_id, rate: nearest.size / nearest.seconds };
}

/**
 * What has something to do takes as long as when it last had. Where nothing moves, a stage that came to its end before
 * has nothing to do; one that never did may have.
 */
function asLastTime(name: string, moves: boolean, past: readonly PastStage[]): StageEstimate {
  const own = past.filter((stage) => stage.name === name);
  if (own.length > 0 && !moves) return nothing(name);
  const last = own.find(({ worked }) => worked) ?? own[0];
  return { name, seconds: last?.seconds ?? null, by: last?.run_id ?? null, rate: null };
}
