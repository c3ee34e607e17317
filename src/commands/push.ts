import { describePush, pushFailure } from '../push/describe.ts';
import { pushStage } from '../push/push.ts';
import { rollbackStage } from '../push/rollback.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { checkRange, forceOption, usageError } from './options.ts';

interface PushCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly force?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly rollback?: string;
}

/** `hoopduck push`: writes what passed the gates to the push target, goes on with a push, or takes one back. */
export async function execute(
  options: PushCommandOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  checkRange(options, env.command);
  const force = forceOption(options, env.command);
  const { from, to, dryRun, resume, rollback } = options;
  const alone = [
    ...(resume === true ? ['--resume'] : []),
    ...(rollback === undefined ? [] : ['--rollback']),
  ];
  const others = [...(from === undefined ? [] : ['--from']), ...(to === undefined ? [] : ['--to'])];
  if (alone.length > 1 || (alone.length === 1 && others.length > 0)) {
    const [first, second] = [...alone, ...others];
    throw usageError(`The options "${first}" and "${second}" do not go together.`, env.command);
  }
  return env.stage(options, async (ctx) => {
    const result =
      rollback === undefined
        ? await pushStage(ctx, { from, to, dryRun, resume, force })
        : await rollbackStage(ctx, { run: rollback, force, dryRun });
    const { exitCode, ...push } = result;
    const failure = pushFailure(result);
    return {
      exitCode,
      json: { push },
      ...(failure === undefined ? {} : { failure }),
      text: () =>
        resume === true && result.tables.length === 0
          ? `No push to "${result.target}" is unfinished.`
          : describePush(result, rollback === undefined ? 'push' : 'rollback').join('\n'),
    };
  });
}
