import type { EngineName, FeatureSetName } from '../config/config.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { chooseFeatures } from './feature-sets.ts';
import { findSplit, type Split, type SplitRequest } from './split.ts';
import { countRows, type DateRows, type RowSelection } from './training-rows.ts';

/** What `train` is asked for; what is absent comes from the configuration. */
export interface TrainOptions {
  /** First date of the training rows; never bounds history. */
  readonly from?: string | undefined;
  /** Last date of the test rows. */
  readonly to?: string | undefined;
  /** Shares of rows in percent; not together with the two dates below. */
  readonly split?: readonly [number, number, number] | undefined;
  readonly validateFrom?: string | undefined;
  readonly testFrom?: string | undefined;
  readonly features?: FeatureSetName | undefined;
  readonly engine?: EngineName | undefined;
  /** Dates whose rows are left out, on record. */
  readonly exclude?: readonly string[] | undefined;
  /** Goes on past red checks and alarms; the reason is kept. */
  readonly force?: { readonly reason: string } | undefined;
  /** Trains once more on all rows, with what was chosen. */
  readonly refit?: boolean | undefined;
  /** Trains only when no intact model was made from this very input. */
  readonly onlyIfChanged?: boolean | undefined;
}

/** Which rows a training reads and where it cuts them. */
export interface TrainPlan {
  /** Its dates are those of the first and the last row. */
  readonly selection: RowSelection & { readonly from: string; readonly to: string };
  readonly split: Split;
  readonly seasons: readonly number[];
  readonly dates: readonly DateRows[];
}

/**
 * Settles the rows of a training (FEATURES.md, Rows) and where it cuts them.
 * @returns null when there are too few rows for three parts.
 */
export async function planTraining(
  ctx: StageContext,
  options: TrainOptions,
): Promise<TrainPlan | null> {
  const request = splitRequest(options, ctx.config.train.split);
  checkDates(options);
  const rows = await chooseRows(ctx, options);
  const split = rows === null ? null : findSplit(rows.dates, request);
  return rows === null || split === null ? null : { ...rows, split };
}

/**
 * The rows that a training may read, without where it cuts them. Without `from`, the replica's first
 * season is history only, unless it is the only one.
 * @returns null when there are none.
 */
export async function chooseRows(
  ctx: StageContext,
  options: Pick<TrainOptions, 'from' | 'to' | 'features' | 'exclude'>,
): Promise<Omit<TrainPlan, 'split'> | null> {
  const selection: RowSelection = {
    featureSet: chooseFeatures(options.features, ctx.config.train),
    from: options.from ?? null,
    to: options.to ?? null,
    exclude: [...new Set(options.exclude ?? [])].sort(),
    filter: ctx.config.train.rows,
  };
  const counted = await countRows(ctx.replica, selection);
  const dates = options.from === undefined ? withoutFirstSeason(counted) : counted;
  if (dates.length === 0) return null;
  return {
    selection: { ...selection, from: dates[0]!.date, to: dates.at(-1)!.date },
    seasons: [...new Set(dates.map(({ season }) => season))].sort((a, b) => a - b),
    dates,
  };
}

function withoutFirstSeason(dates: readonly DateRows[]): readonly DateRows[] {
  const first = dates[0]?.season;
  const later = dates.filter(({ season }) => season !== first);
  return later.length === 0 ? dates : later;
}

function splitRequest(
  options: TrainOptions,
  shares: readonly [number, number, number],
): SplitRequest {
  const { split, validateFrom, testFrom } = options;
  if (validateFrom === undefined && testFrom === undefined) return { shares: split ?? shares };
  if (split !== undefined || validateFrom === undefined || testFrom === undefined) {
    throw new HoopduckError(
      'SPLIT_ASKED_TWICE',
      split === undefined
        ? `Only "${validateFrom === undefined ? '--test-from' : '--validate-from'}" was given; a split by dates needs both.`
        : 'A split by shares and one by dates were asked at once.',
      {
        next: 'Give either "--split 70/15/15" or "--validate-from V --test-from T".',
        exitCode: EXIT.usage,
      },
    );
  }
  return { validateFrom, testFrom };
}

function checkDates({ from, to, validateFrom, testFrom }: TrainOptions): void {
  const named = (
    [
      ['--from', from],
      ['--validate-from', validateFrom],
      ['--test-from', testFrom],
      ['--to', to],
    ] as const
  ).filter(([, date]) => date !== undefined);
  for (let i = 1; i < named.length; i++) {
    const [earlier, later] = [named[i - 1]!, named[i]!];
    if (earlier[1]! <= later[1]!) continue;
    throw new HoopduckError(
      'SPLIT_ORDER',
      `"${earlier[0]}" is ${earlier[1]}, after "${later[0]}", which is ${later[1]}.`,
      {
        next: 'The order is --from, --validate-from, --test-from, --to.',
        exitCode: EXIT.usage,
      },
    );
  }
}
