import type { StoredManifest } from './manifest.ts';
import type { FeatureFile } from './predictor.ts';
import type { TrainingReport } from './training-report.ts';
import { PLAYER_GAMES } from './training-rows.ts';
import { changedDates, changedSql } from './verify/inputs.ts';

/** A model as it is compared with another: what its folder and the ledger say of it. */
export interface ModelSide {
  readonly training: TrainingReport;
  readonly manifest: StoredManifest;
  readonly features: FeatureFile;
}

/** A named value of which both have another; null where one has none. */
export interface ChangedValue {
  readonly name: string;
  readonly a: string | number | null;
  readonly b: string | number | null;
}

/** Partitions of an input table, by how b's training found them where a's had them. */
export interface ChangedInput {
  readonly table: string;
  readonly same: number;
  readonly differing: number;
  readonly only_a: number;
  readonly only_b: number;
}

/** One figure of the test parts; `change` is b - a, so that below 0 b is closer. */
export interface ChangedFigure {
  readonly name: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly change: number | null;
}

/** How two models differ. */
export interface ModelDifference {
  /** Version, engine, split, rows, seed and parameters that differ. */
  readonly settings: readonly ChangedValue[];
  readonly features: { readonly only_a: readonly string[]; readonly only_b: readonly string[] };
  readonly inputs: readonly ChangedInput[];
  /** Tables that other SQL built. */
  readonly sql: readonly string[];
  readonly test: {
    /** Whether both were judged on the same rows with the same points: else the figures do not compare. */
    readonly same_rows: boolean;
    readonly figures: readonly ChangedFigure[];
  };
}

/** Says how model b differs from model a, from their records alone: nothing is scored. */
export function compareModels(a: ModelSide, b: ModelSide): ModelDifference {
  const [named, otherNamed] = [settingsOf(a), settingsOf(b)];
  const names = [...new Set([...Object.keys(named), ...Object.keys(otherNamed)])];
  const columns = (side: ModelSide) => side.features.features.map(({ name }) => name);
  const without = (from: string[], others: string[]) => from.filter((n) => !others.includes(n));
  return {
    settings: names
      .map((name) => ({ name, a: named[name] ?? null, b: otherNamed[name] ?? null }))
      .filter((value) => value.a !== value.b),
    features: {
      only_a: without(columns(a), columns(b)),
      only_b: without(columns(b), columns(a)),
    },
    inputs: changedInputs(a.manifest, b.manifest),
    sql: changedSql(a.manifest.sql, b.manifest.sql),
    test: { same_rows: hasSameTestRows(a, b), figures: figuresOf(a.training, b.training) },
  };
}

function settingsOf({ training, manifest }: ModelSide): Record<string, string | number> {
  const { split, rows, members } = manifest;
  return {
    hoopduck: manifest.hoopduck,
    engine: `${manifest.engine.name} ${manifest.engine.version}`,
    feature_set: manifest.feature_set,
    split: split.label,
    train_from: split.train_from,
    validate_from: split.validate_from,
    test_from: split.test_from,
    to: split.to,
    train_rows: training.parts.train.n,
    validation_rows: training.parts.validation.n,
    test_rows: training.parts.test.n,
    row_filter: rows.filter ?? 'none',
    excluded_dates: rows.excluded_dates.join(' ') || 'none',
    forced: manifest.gates.forced ?? 'no',
    ...Object.fromEntries(
      members.map(({ name, rounds }) => [`rounds of ${name}`, rounds.join(' + ')]),
    ),
    ...manifest.parameters,
  };
}

function changedInputs(a: StoredManifest, b: StoredManifest): ChangedInput[] {
  const tables = [...new Set([...Object.keys(a.inputs), ...Object.keys(b.inputs)])];
  return tables.flatMap((table) => {
    const then = a.inputs[table]?.partitions ?? {};
    const now = b.inputs[table]?.partitions ?? {};
    const { restated, gone, added } = changedDates(then, now);
    if (restated.length + gone.length + added.length === 0) return [];
    const same = Object.keys(then).length - restated.length - gone.length;
    const [differing, only_a, only_b] = [restated.length, gone.length, added.length];
    return [{ table, same, differing, only_a, only_b }];
  });
}

/** The same dates, rows and partitions of results; last 10 on them agrees, too, whatever the features. */
function hasSameTestRows(a: ModelSide, b: ModelSide): boolean {
  const [one, two] = [a.training.parts.test, b.training.parts.test];
  const played = (side: ModelSide) =>
    Object.entries(side.manifest.inputs[PLAYER_GAMES]?.partitions ?? {}).filter(
      ([date]) => date >= one.from && date <= one.to,
    );
  return (
    one.from === two.from &&
    one.to === two.to &&
    one.n === two.n &&
    a.manifest.rows.filter === b.manifest.rows.filter &&
    JSON.stringify(played(a)) === JSON.stringify(played(b))
  );
}

function figuresOf(a: TrainingReport, b: TrainingReport): ChangedFigure[] {
  const figures: [string, number | null, number | null][] = [
    ['compared rows', a.test.compared.n, b.test.compared.n],
    ['MAE', a.test.compared.model_mae, b.test.compared.model_mae],
    ['MAE of last 10', a.test.compared.last_10_mae, b.test.compared.last_10_mae],
    ['MAE of the mix', a.test.compared.mix_mae, b.test.compared.mix_mae],
    ['MAE, 10 minutes or more', a.test.minutes_10.model_mae, b.test.minutes_10.model_mae],
    ['MAE of all rows', a.test.all.mae, b.test.all.mae],
    ['MAE where a line is known', a.test.line?.model_mae ?? null, b.test.line?.model_mae ?? null],
  ];
  return figures
    .filter(([, one, two]) => one !== null || two !== null)
    .map(([name, one, two]) => {
      const change = one === null || two === null ? null : round(two - one);
      return { name, a: one, b: two, change };
    });
}

function round(value: number): number {
  return Number(value.toFixed(9));
}
