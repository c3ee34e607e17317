import { EXIT } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';

/** Lowers a threshold in the workspace's own file and says what that lets in; the ledger keeps it with its reason. */
export async function lower(
  options: { readonly lower: string; readonly reason?: string | undefined },
  env: CommandEnvironment,
): Promise<Outcome> {
  const { letInText, lowerThreshold, parseLowering } = await import(
    '../validate/lower-threshold.ts'
  );
  const asked = parseLowering(options.lower);
  return env.stage(options, async (ctx) => {
    const lowered = await lowerThreshold(ctx, asked, options.reason);
    const { check, table, value, from, lets_in: letsIn, file, named_now: isNew } = lowered;
    return {
      exitCode: EXIT.done,
      json: { ...lowered },
      text: (style) =>
        [
          `${style.bold(check)} of ${table}: ${from} was wanted, now ${value}`,
          letsIn.length === 0
            ? '  lets in nothing that is red now'
            : `  lets in ${letInText(check, letsIn)}`,
          `  written to ${file}${isNew ? ', which hoopduck.yaml names since' : ''}; the reason is on record`,
          `${style.bold('Next')}\n  ${hint(env, 'validate')}\n      ${style.dim('judges by it')}`,
        ].join('\n'),
    };
  });
}
