import type { Style } from '../../console/style.ts';
import { table } from '../../console/table.ts';
import { EXIT } from '../../errors.ts';
import { duration, plural } from '../../format.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';
import { hint } from '../hint.ts';
import { type PastPush, pastPushes, refusedText } from './past-pushes.ts';
import { kindText, type ListedRun, listRuns } from './run-facts.ts';

interface ListOptions {
  readonly limit?: number;
  readonly command?: string;
}

const DEFAULT_LIMIT = 20;

/** A terminal of this width has room for the time beside the id that begins with it. */
const WIDE = 100;

/** The runs of the ledger, the newest first. */
export async function execute(options: ListOptions, env: CommandEnvironment): Promise<Outcome> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const { command } = options;
  const { runs, total, pushes } = await env.reading(async (replica) => {
    const all = await listRuns(replica, { ...(command !== undefined && { command }) });
    return { runs: all.slice(0, limit), total: all.length, pushes: await pastPushes(replica) };
  });
  return {
    exitCode: EXIT.done,
    json: { runs, total },
    text: (style) => listText({ runs, total, pushes }, (text) => hint(env, text), style),
  };
}

interface Listed {
  readonly runs: readonly ListedRun[];
  readonly total: number;
  readonly pushes: readonly PastPush[];
}

function listText(
  { runs, total, pushes }: Listed,
  say: (command: string) => string,
  style: Style,
): string {
  if (runs.length === 0) return `No run is on record yet. Next: ${style.bold(say('run'))}`;
  const wide = (style.width ?? WIDE) >= WIDE;
  const columns = [
    ...(wide ? [{ title: 'when (UTC)' }] : []),
    { title: 'run' },
    { title: 'command' },
    { title: 'dates' },
    { title: 'time', align: 'right' as const },
    { title: 'outcome' },
  ];
  const rows = runs.map((run) => [
    ...(wide ? [run.started_at.slice(0, 16).replace('T', ' ')] : []),
    run.run_id,
    kindText(run),
    rangeText(run),
    run.seconds === null ? '' : duration(run.seconds),
    outcomeText(run, style) + refusedOf(run, pushes),
  ]);
  const shown = runs.length === total ? plural(total, 'run') : `${runs.length} of ${total} runs`;
  return [
    table(columns, rows, style),
    style.dim(`(${shown}, the newest first)`),
    '',
    `Next: ${style.bold(say('runs show last'))} tells what the newest did.`,
  ].join('\n');
}

function refusedOf({ run_id }: ListedRun, pushes: readonly PastPush[]): string {
  const push = pushes.find((one) => one.run_id === run_id && one.has_refused);
  return push === undefined ? '' : refusedText(push);
}

/** `2024-10-22 to 2025-06-22`; an open end is left out. */
export function rangeText({ from, to }: Pick<ListedRun, 'from' | 'to'>): string {
  if (from === null && to === null) return '';
  if (from === null) return `to ${to}`;
  return to === null ? `from ${from}` : `${from} to ${to}`;
}

/** The outcome in its colour. */
export function outcomeText(run: Pick<ListedRun, 'outcome' | 'exit_code'>, style: Style): string {
  if (run.exit_code === 0) return style.green(run.outcome);
  const soft = run.exit_code === null || run.exit_code === 130;
  return soft ? style.yellow(run.outcome) : style.red(run.outcome);
}
