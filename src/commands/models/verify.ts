import type { Style } from '../../console/style.ts';
import { table } from '../../console/table.ts';
import { EXIT } from '../../errors.ts';
import type { ModelCheck, Verification } from '../../train/verify/verdict.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';

interface VerifyOptions {
  readonly model: string;
}

/** Holds a model against its own record; exit 1 when a check fails. */
export async function execute(options: VerifyOptions, env: CommandEnvironment): Promise<Outcome> {
  const verification = await env.reading(async (replica, config) => {
    const { chooseModel } = await import('../../train/registry.ts');
    const { verifyModel } = await import('../../train/verify/verify.ts');
    const { model } = await chooseModel(replica, options.model);
    return verifyModel(replica, config.workspace, model);
  });
  const failed = verification.checks.filter(({ verdict }) => verdict === 'fail');
  return {
    exitCode: failed.length === 0 ? EXIT.done : EXIT.failed,
    json: { ...verification },
    text: (style) => verificationText(verification, style),
    ...(failed.length > 0 && {
      failure: {
        code: 'MODEL_NOT_VERIFIED',
        message: `The model "${verification.model_id}" does not verify: ${failed.map(({ subject }) => `"${subject}"`).join(', ')}.`,
        next: failed.some(({ check }) => check === 'file' || check === 'record')
          ? 'Run "hoopduck train" to make it again, or put the folder back from a backup.'
          : 'Run "hoopduck train" for a model of the data as they are now.',
      },
    }),
  };
}

/** One line a check, with its verdict. */
export function verificationText({ model_id, checks }: Verification, style: Style): string {
  const rows = checks.map((check) => [
    verdictText(check, style),
    check.check.replace('_', ' '),
    check.subject,
    check.detail,
  ]);
  const columns = [
    { title: 'verdict' },
    { title: 'check' },
    { title: `of ${model_id}` },
    { title: 'found' },
  ];
  return table(columns, rows, style);
}

function verdictText({ verdict }: ModelCheck, style: Style): string {
  if (verdict === 'pass') return style.green(verdict);
  if (verdict === 'fail') return style.red(verdict);
  return style.yellow(verdict.replace('_', ' '));
}
