import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { bytes, count, plural } from '../format.ts';
import type { GcResult } from '../gc/result.ts';
import type { CommandEnvironment, Outcome } from './command.ts';

interface GcCommandOptions {
  readonly dryRun?: boolean;
  readonly forgetBefore?: string;
}

/** Takes away what nothing in the workspace needs any more; `--dry-run` shows it. */
export async function execute(
  options: GcCommandOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  return env.stage(options, async (ctx) => {
    const { collectGarbage } = await import('../gc/gc.ts');
    const result = await collectGarbage(ctx, {
      dryRun: options.dryRun === true,
      forgetBefore: options.forgetBefore ?? null,
    });
    return {
      exitCode: EXIT.done,
      json: { ...result },
      text: (style) => gcText(result, style),
    };
  });
}

const KINDS = {
  input: ['kept input', 'kept inputs'],
  artefact: ['artefact', 'artefacts'],
  backup: ['backup of a push', 'backups of pushes'],
  scratch: ['scratch place', 'scratch places'],
  leftover: ['leftover', 'leftovers'],
} as const;

function gcText(result: GcResult, style: Style): string {
  const { removed, kept, notes, dry_run: isDry } = result;
  const columns = [
    { title: isDry ? 'would go' : 'gone' },
    { title: 'size', align: 'right' as const },
    { title: 'why' },
  ];
  const rows = removed.map(({ path, bytes: size, why }) => [path, bytes(size), why]);
  const total = `${plural(removed.length, 'thing')}, ${bytes(result.bytes)}`;
  return [
    ...(removed.length === 0 ? [] : [table(columns, rows, style), '']),
    removed.length === 0
      ? style.bold('Nothing to take away.')
      : style.bold(isDry ? `Would free ${total}.` : `Freed ${total}.`),
    ...kept.map(({ kind, items, bytes: size, why }) =>
      style.dim(
        `Kept: ${count(items)} ${KINDS[kind][items === 1 ? 0 : 1]}, ${bytes(size)} (${why})`,
      ),
    ),
    ...notes.map((note) => style.dim(`Note: ${note}.`)),
  ].join('\n');
}
