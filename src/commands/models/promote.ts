import type { Style } from '../../console/style.ts';
import { table } from '../../console/table.ts';
import { plural } from '../../format.ts';
import type { PromoteOutcome } from '../../train/promote.ts';
import type { SameRows } from '../../train/same-rows.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';
import { hint } from '../hint.ts';
import { forceOption } from '../options.ts';

interface PromoteOptions {
  readonly model: string;
  readonly force?: boolean;
  readonly reason?: string;
}

/** Makes a model the champion if it verifies and is better on the same rows; else exit 1 with the figures. */
export async function execute(options: PromoteOptions, env: CommandEnvironment): Promise<Outcome> {
  const force = forceOption(options, 'models promote');
  return env.stage(options, async (ctx) => {
    const { promoteStage } = await import('../../train/promote.ts');
    const { exitCode, ...outcome } = await promoteStage(ctx, options.model, force);
    return {
      exitCode,
      json: { ...outcome },
      text: (style) => promoteText(outcome, style),
      ...(outcome.verdict === 'refused' && {
        failure: {
          code: outcome.refusals[0]!.code,
          message: outcome.refusals.map(({ message }) => message).join(' '),
          next: nextStep(outcome, env),
        },
      }),
    };
  });
}

function nextStep(
  { refusals, model_id }: Pick<PromoteOutcome, 'refusals' | 'model_id'>,
  env: CommandEnvironment,
): string {
  return refusals.every(({ forcible }) => forcible)
    ? `To promote it all the same: ${hint(env, `models promote ${model_id} --force --reason "..."`)}`
    : `See "${hint(env, `models verify ${model_id}`)}"; force does not help here.`;
}

function promoteText(outcome: Omit<PromoteOutcome, 'exitCode'>, style: Style): string {
  const { verdict, model_id, champion_before, comparison, refusals, forced } = outcome;
  if (verdict === 'unchanged') return `Model ${style.bold(model_id)} is the champion already.`;
  const lines = comparison === null ? [] : [comparisonTable(model_id, comparison, style)];
  if (verdict === 'refused') return lines.join('\n');
  const before = champion_before === null ? '' : ` in the place of ${champion_before}`;
  lines.push('', `Model ${style.bold(model_id)} is the champion${before}.`);
  if (forced !== null) {
    lines.push(...refusals.map(({ message }) => style.yellow(`Passed by force: ${message}`)));
    lines.push(`Reason on record: ${forced}`);
  }
  return lines.join('\n').trimStart();
}

function comparisonTable(
  model: string,
  { other, from, to, paired }: SameRows,
  style: Style,
): string {
  const { model_mae, other_mae, difference, low, high, n, dates } = paired;
  const figure = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const right = 'right' as const;
  const columns = [{ title: 'same rows' }, { title: 'MAE', align: right }, { title: '' }];
  const rows = [
    [model, figure(model_mae), ''],
    [other ?? 'mean of his last 10', figure(other_mae), other === null ? '' : 'the champion'],
    ['gain', figure(difference), `95% ${figure(low)} to ${figure(high)}`],
  ];
  const foot = `(${plural(n, 'row')} of ${plural(dates, 'date')}${from === null ? '' : `, ${from} to ${to}`}; the interval by drawing dates with replacement)`;
  return `${table(columns, rows, style)}\n${style.dim(foot)}`;
}
