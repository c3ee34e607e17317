import { describePush, pushFailure } from '../push/describe.ts';
import { pushStage } from '../push/push.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { checkRange, forceOption } from './options.ts';

interface PushCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly force?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `hoopduck push`: writes what passed the gates to the push target. */
export async function execute(
  options: PushCommandOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  checkRange(options, env.command);
  const force = forceOption(options, env.command);
  const { from, to, dryRun } = options;
  return env.stage(options, async (ctx) => {
    const result = await pushStage(ctx, { from, to, dryRun, force });
    const { exitCode, ...push } = result;
    const failure = pushFailure(result);
    return {
      exitCode,
      json: { push },
      ...(failure === undefined ? {} : { failure }),
      text: () => describePush(result).join('\n'),
    };
  });
}
