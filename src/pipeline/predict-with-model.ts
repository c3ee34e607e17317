import type { StageContext } from '../context.ts';
import { currentAliases } from '../train/aliases.ts';
import { type PredictOutcome, predictStage } from '../train/predict.ts';

/**
 * Predicts with the champion; without one with this run's model, or when training was refused with
 * the one that `predict` would take. null when there never was a model.
 */
export async function predictWithModel(
  ctx: StageContext,
  span: { from: string; to: string },
  trained: string | undefined,
): Promise<PredictOutcome | null> {
  const models = await ctx.replica.row('SELECT 1 FROM hoopduck.model LIMIT 1');
  if (models === undefined) return null;
  const champion = (await currentAliases(ctx.replica)).get('champion');
  if (champion === undefined) return predictStage(ctx, { ...span, model: trained });
  if (trained !== undefined && trained !== champion.model_id) {
    ctx.report.info(
      `Model ${champion.model_id} predicts: it is the champion. "hoopduck models promote ${trained}" would compare this run's with it.`,
    );
  }
  return predictStage(ctx, span);
}
