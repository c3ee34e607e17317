import { EXIT } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { checkRange } from './options.ts';
import { pastStages } from './past-stages.ts';
import { planJson } from './plan-json.ts';
import { planText } from './plan-text.ts';
import { estimateTime } from './plan-time.ts';

interface PlanOptions {
  readonly from?: string;
  readonly to?: string;
}

/** Shows what run would read and rebuild, why, for how long and at what price; nothing is changed. */
export async function execute(options: PlanOptions, env: CommandEnvironment): Promise<Outcome> {
  checkRange(options, 'plan');
  // `run --dry-run` comes here, too, and its record says that it was one.
  const asked = env.command === 'run' ? { ...options, dryRun: true } : options;
  return env.stage(
    asked,
    async (ctx) => {
      const { planRun } = await import('../pipeline/plan.ts');
      const plan = await planRun(ctx, options);
      const time = estimateTime(plan, await pastStages(ctx.replica));
      return {
        exitCode: EXIT.done,
        json: { plan: planJson(plan, time) },
        text: (style) => planText(plan, time, hint(env, 'run'), style),
      };
    },
    { warehouse: true },
  );
}
