import { seasonLabel } from '../config/seasons.ts';
import type { StageContext } from '../context.ts';
import { type ErrorCode, EXIT, type ExitCode, HoopduckError } from '../errors.ts';
import { recordForced } from '../ledger/ledger.ts';
import { currentAliases, setAlias } from './aliases.ts';
import { goneFeature } from './gone-feature.ts';
import { loadPredictor } from './predictor.ts';
import { redChecks, redCheckText } from './red-checks.ts';
import { chooseModel, type RecordedModel } from './registry.ts';
import { type Contender, onSameRows, type SameRows } from './same-rows.ts';
import { unseenFrom } from './training-report.ts';
import type { Verification } from './verify/verdict.ts';
import { isFailure, verifyModel } from './verify/verify.ts';

/** Why a model is not promoted. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether `--force` with a reason passes it. */
  readonly forcible: boolean;
}

/** How a promotion ended. */
export interface PromoteOutcome {
  readonly verdict: 'promoted' | 'unchanged' | 'refused';
  readonly exitCode: ExitCode;
  readonly model_id: string;
  /** The champion when this began; null: there was none. */
  readonly champion_before: string | null;
  /** null when the model is the champion already. */
  readonly verification: Verification | null;
  /** null where it could not be made, or the model is the champion already. */
  readonly comparison: SameRows | null;
  /** What spoke against it, passed by force or not. */
  readonly refusals: readonly Refusal[];
  /** The reason for which the refusals were passed. */
  readonly forced: string | null;
}

/** With fewer dates resampling them says nothing of other dates. */
const MINIMUM_DATES = 10;

/**
 * Makes a model the champion. It must verify, must not have been forced past a gate itself, and must
 * be better than the champion, or without one than the mean of the last 10 games, on the same rows:
 * the 95% interval of the paired bootstrap over dates lies above 0. A reason passes all but damaged
 * files and lost parity, and is kept in the ledger.
 * @throws HoopduckError those of `chooseModel` and `verifyModel`
 */
export async function promoteStage(
  ctx: StageContext,
  asked: string,
  force: { readonly reason: string } | undefined,
): Promise<PromoteOutcome> {
  const { replica } = ctx;
  const { model } = await chooseModel(replica, asked);
  const before = (await currentAliases(replica)).get('champion')?.model_id ?? null;
  const known = { model_id: model.modelId, champion_before: before };
  if (before === model.modelId) {
    const nothing = { verification: null, comparison: null, refusals: [], forced: null };
    return { verdict: 'unchanged', exitCode: EXIT.done, ...known, ...nothing };
  }
  ctx.report.info(`Verifying model ${model.modelId}.`);
  const verification = await verifyModel(replica, ctx.config.workspace, model);
  const refusals = [...refusedByVerification(verification), ...refusedByStatus(model)];
  const champion = before === null ? undefined : await championOf(ctx, before);
  if (champion instanceof HoopduckError) {
    refusals.push({ code: champion.code, message: champion.message, forcible: true });
  }
  let comparison: SameRows | null = null;
  if (refusals.every(({ forcible }) => forcible) && !(champion instanceof HoopduckError)) {
    const own = contender(ctx, model);
    const gone = await goneFeature(replica, own.predictor.features);
    if (gone !== undefined) {
      refusals.push(featuresGone(model.modelId, gone));
    } else {
      comparison = await onSameRows(replica, own, champion);
      refusals.push(...(await refusedByRedRows(ctx, comparison, own, champion)));
      refusals.push(...refusedByFigures(model.modelId, comparison));
    }
  }
  const isPassed =
    refusals.length === 0 || (force !== undefined && refusals.every((r) => r.forcible));
  const outcome = { ...known, verification, comparison, refusals };
  if (!isPassed) return { verdict: 'refused', exitCode: EXIT.failed, ...outcome, forced: null };
  const forced = refusals.length > 0 ? force!.reason : null;
  const reason = forced ?? comparisonText(comparison!);
  const at = ctx.now();
  await replica.transaction(async () => {
    const change = { alias: 'champion', modelId: model.modelId, runId: ctx.runId } as const;
    await setAlias(replica, { ...change, reason, at });
    if (forced === null) return;
    const passed = refusals.map(({ message }) => message).join(' ');
    await recordForced(replica, ctx.runId, `promote ${model.modelId}: ${passed}`, forced, at);
  });
  return { verdict: 'promoted', exitCode: EXIT.done, ...outcome, forced };
}

/** What a comparison found, in words: `gain on last 10 0.034 points (95% 0.012 to 0.056; 2340 rows of 40 dates)`. */
export function comparisonText({ other, paired }: SameRows): string {
  const { difference, low, high, n, dates } = paired;
  const rows = `${n} rows of ${dates} dates`;
  if (difference === null) return `not comparable with ${nameOf(other)}: ${rows}`;
  const interval = low === null || high === null ? '' : `95% ${figure(low)} to ${figure(high)}; `;
  return `gain on ${nameOf(other)} ${figure(difference)} points (${interval}${rows})`;
}

function nameOf(other: string | null): string {
  return other === null ? 'last 10' : `the champion ${other}`;
}

function figure(value: number): string {
  return value.toFixed(3);
}

function contender({ config }: StageContext, model: RecordedModel): Contender {
  return {
    modelId: model.modelId,
    predictor: loadPredictor(config.workspace, model.artefact),
    unseenFrom: unseenFrom(model.training),
    excluded: model.training.excluded,
  };
}

/** The champion as it is compared; the error when it cannot be any more. */
async function championOf(ctx: StageContext, id: string): Promise<Contender | HoopduckError> {
  try {
    const { model } = await chooseModel(ctx.replica, id);
    const champion = contender(ctx, model);
    const gone = await goneFeature(ctx.replica, champion.predictor.features);
    if (gone === undefined) return champion;
    const { code, message } = featuresGone(id, gone);
    return new HoopduckError(code, message, { next: '', exitCode: EXIT.failed });
  } catch (error) {
    if (error instanceof HoopduckError) return error;
    throw error;
  }
}

function featuresGone(modelId: string, gone: string): Refusal {
  return {
    code: 'MODEL_FEATURES_GONE',
    message: `The model "${modelId}" reads "${gone}", which is not computed any more.`,
    forcible: true,
  };
}

function refusedByVerification({ model_id, checks }: Verification): Refusal[] {
  const failed = checks.filter(isFailure);
  if (failed.length === 0) return [];
  const named = failed.slice(0, 3).map(({ subject, detail }) => `${subject}: ${detail}`);
  const more = failed.length > 3 ? ` and ${failed.length - 3} more` : '';
  return [
    {
      code: 'PROMOTE_NOT_VERIFIED',
      message: `The model "${model_id}" does not verify: ${named.join('; ')}${more}.`,
      forcible: failed.every(({ check }) => check === 'input' || check === 'test_predictions'),
    },
  ];
}

function refusedByStatus({ modelId, status }: RecordedModel): Refusal[] {
  if (status !== 'forced') return [];
  return [
    {
      code: 'PROMOTE_FORCED_MODEL',
      message: `The model "${modelId}" was itself forced past a red gate when it was trained.`,
      forcible: true,
    },
  ];
}

/** A gain on rows that a gate calls wrong is none. */
async function refusedByRedRows(
  ctx: StageContext,
  { from, to }: SameRows,
  own: Contender,
  champion: Contender | undefined,
): Promise<Refusal[]> {
  if (from === null || to === null) return [];
  const seasons = await ctx.replica.column<number>(
    `SELECT DISTINCT season_year FROM nba_analytics.player_game_summary
     WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE) ORDER BY 1`,
    { from, to },
  );
  const red = await redChecks(ctx.replica, {
    from,
    to,
    seasons: seasons.map(seasonLabel),
    exclude: [...own.excluded, ...(champion?.excluded ?? [])],
  });
  if (red.length === 0) return [];
  const named = red.slice(0, 3).map(redCheckText).join(', ');
  const more = red.length > 3 ? ` and ${red.length - 3} more` : '';
  return [
    {
      code: 'PROMOTE_RED_CHECKS',
      message: `The rows from ${from} to ${to}, on which it would be judged, are red: ${named}${more}.`,
      forcible: true,
    },
  ];
}

function refusedByFigures(modelId: string, comparison: SameRows): Refusal[] {
  const { dates, low } = comparison.paired;
  if (dates < MINIMUM_DATES) {
    return [
      {
        code: 'PROMOTE_TOO_FEW_DATES',
        message: `Only ${dates} dates with games are new to ${comparison.other === null ? 'the model' : 'both models'}; at least ${MINIMUM_DATES} were wanted.`,
        forcible: true,
      },
    ];
  }
  if (low !== null && low > 0) return [];
  return [
    {
      code: 'PROMOTE_NOT_BETTER',
      message: `The model "${modelId}" is not surely better: ${comparisonText(comparison)}; the interval was wanted above 0.`,
      forcible: true,
    },
  ];
}
