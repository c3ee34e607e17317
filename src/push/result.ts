import { EXIT, type ExitCode } from '../errors.ts';
import type { TableOutcome } from './carry-out.ts';
import type { Refusal, TablePlan } from './plan.ts';
import type { TablePreview } from './row-changes.ts';

/** What push did with one table; counts are partitions. */
export interface PushedTable {
  readonly table: string;
  readonly written: number;
  readonly rows: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** With a dry run: rows by key, how they would travel, and the bytes that would be billed. */
  readonly preview: TablePreview | null;
  /** Dates that are, or would be, written or taken away. */
  readonly dates: readonly string[];
}

/** What push did, as `--json` shows it; with `dry_run`, what it would do. */
export interface PushResult {
  readonly target: string;
  readonly dry_run: boolean;
  /** Partitions. */
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly rows: number;
  /** Units swapped: files. */
  readonly files: number;
  readonly refused: readonly Refusal[];
  /** Refusals that --force overrode. */
  readonly forced: readonly Refusal[];
  readonly tables: readonly PushedTable[];
  readonly exitCode: ExitCode;
}

/** The outcome of a table with nothing to write. */
export const NO_OUTCOME: TableOutcome = { written: 0, removed: 0, rows: 0, units: 0, refused: [] };

/** What the plans would do. */
export function plannedOutcomes(plans: readonly TablePlan[]): TableOutcome[] {
  return plans.map(({ units }) => {
    const writes = units.flatMap((unit) => unit.writes);
    return {
      written: writes.length,
      removed: units.reduce((sum, unit) => sum + unit.removes.length, 0),
      rows: writes.reduce((sum, write) => sum + write.rows, 0),
      units: units.length,
      refused: [],
    };
  });
}

/** Puts plans and what came of them together; outcomes stand in the order of the plans. */
export function resultOf(
  target: string,
  plans: readonly TablePlan[],
  outcomes: readonly TableOutcome[],
  dryRun: boolean,
  previews?: readonly TablePreview[],
): PushResult {
  const refused = plans.flatMap((plan, i) => [...plan.refused, ...(outcomes[i]?.refused ?? [])]);
  const sum = (of: (outcome: TableOutcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const moved = refused.some((refusal) => refusal.kind === 'moved');
  return {
    target,
    dry_run: dryRun,
    written: sum((outcome) => outcome.written),
    unchanged: plans.reduce((total, plan) => total + plan.unchanged, 0),
    removed: sum((outcome) => outcome.removed),
    rows: sum((outcome) => outcome.rows),
    files: sum((outcome) => outcome.units),
    refused,
    forced: plans.flatMap((plan) => plan.forced),
    tables: plans.map((plan, i) => {
      const { written, rows, removed, refused: late } = outcomes[i] ?? NO_OUTCOME;
      const { unchanged } = plan;
      const held = plan.refused.length + late.length;
      const preview = previews?.[i] ?? null;
      const dates = plan.units
        .flatMap((unit) => [...unit.writes.map((write) => write.date), ...unit.removes])
        .sort();
      return {
        table: plan.table.name,
        written,
        rows,
        removed,
        unchanged,
        refused: held,
        preview,
        dates,
      };
    }),
    exitCode: moved ? EXIT.refused : refused.length > 0 ? EXIT.failed : EXIT.done,
  };
}
