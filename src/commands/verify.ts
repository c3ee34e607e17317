import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { count, plural } from '../format.ts';
import type { VerifyResult } from '../verify/verify.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { needsReplica } from './whole-workspace.ts';

interface VerifyCommandOptions {
  readonly repair?: boolean;
  readonly offline?: boolean;
}

const SHOWN = 30;

/** Holds the workspace against its own records; exit 1 when something is off and was not mended. */
export async function execute(
  options: VerifyCommandOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  needsReplica(await env.config());
  return env.stage(options, async (ctx) => {
    const { verifyWorkspace } = await import('../verify/verify.ts');
    const result = await verifyWorkspace(ctx, {
      repair: options.repair === true,
      offline: options.offline === true,
    });
    const open = result.findings.length - result.repaired;
    return {
      exitCode: open === 0 ? EXIT.done : EXIT.failed,
      json: { ...result },
      text: (style) => verifyText(result, style),
      ...(open > 0 && {
        failure: {
          code: 'NOT_VERIFIED' as const,
          message: `${plural(open, 'thing')} ${open === 1 ? 'is' : 'are'} not as ${open === 1 ? 'it is' : 'they are'} on record.`,
          next:
            options.repair === true
              ? 'Each says above what to do.'
              : 'Run "hoopduck verify --repair", then "hoopduck run"; each says above what else there is to do.',
        },
      }),
    };
  });
}

function verifyText({ areas, findings, repaired, copy }: VerifyResult, style: Style): string {
  const columns = [
    { title: 'looked at' },
    { title: 'number', align: 'right' as const },
    { title: 'off', align: 'right' as const },
  ];
  const rows = areas.map(({ area, checked, found, skipped }) => [
    AREA_NAMES[area],
    skipped === null ? count(checked) : style.dim(`not: ${skipped}`),
    found === 0 ? '0' : style.red(count(found)),
  ]);
  const lines = findings.slice(0, SHOWN).map(({ subject, found, next, repaired: isMended }) => {
    const verdict = isMended === true ? style.green('mended') : style.red('off   ');
    return `${verdict} ${subject}: ${found}${isMended === true ? '' : `\n       ${style.dim(next)}`}`;
  });
  const more = findings.length - lines.length;
  return [
    ...lines,
    ...(more > 0 ? [`and ${count(more)} more`] : []),
    ...(lines.length > 0 ? [''] : []),
    table(columns, rows, style),
    ...(repaired > 0
      ? [
          `${plural(repaired, 'thing')} mended. Next: hoopduck run fetches and computes what was taken out.`,
        ]
      : []),
    ...(copy === null ? [] : [style.dim(`The replica as it was before: "${copy}"`)]),
  ].join('\n');
}

const AREA_NAMES: Readonly<Record<VerifyResult['areas'][number]['area'], string>> = {
  ledger: 'tables of the ledger',
  table: 'columns of computed tables',
  partition: 'partitions by digest',
  model: 'models',
  'kept input': 'kept inputs',
  'backup of a push': 'backups of pushes',
  leftover: 'leftovers',
  production: 'partitions in production',
};
