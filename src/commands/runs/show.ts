import type { Style } from '../../console/style.ts';
import { table } from '../../console/table.ts';
import { labelled } from '../../console/wrap.ts';
import { EXIT } from '../../errors.ts';
import { count, duration, plural } from '../../format.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';
import { stageBars } from '../stage-bars.ts';
import { commandLine } from './command-line.ts';
import { findRun } from './find-run.ts';
import { outcomeText, rangeText } from './list.ts';
import { pushOutcome } from './past-pushes.ts';
import { listRuns } from './run-facts.ts';
import { type ShownRun, showRun } from './shown-run.ts';

/** What a run was asked, did and changed. */
export async function execute(
  options: { readonly run: string },
  env: CommandEnvironment,
): Promise<Outcome> {
  const shown = await env.reading(async (replica) =>
    showRun(replica, findRun(await listRuns(replica), options.run)),
  );
  return {
    exitCode: EXIT.done,
    json: { ...shown },
    text: (style) => shownText(shown, style),
  };
}

/** A run for a person: its head, its stages, what changed, gates, model, push, forced decisions. */
export function shownText(shown: ShownRun, style: Style): string {
  const { run } = shown;
  const started = `${run.started_at.replace('T', ' ').replace('Z', '')} UTC`;
  const took = run.seconds === null ? '' : `, took ${duration(run.seconds)}`;
  const dates = rangeText(run);
  const head = [
    line('Run', run.run_id, style),
    line('Asked', commandLine(run.command, run.arguments), style),
    line('Started', started + took, style),
    line('Outcome', outcomeText(run, style) + exitText(run.exit_code), style),
    ...(dates === '' ? [] : [line('Dates', dates, style)]),
    line('Version', run.code_version, style),
  ].join('\n');
  const facts = [
    ...gateLines(shown, style),
    ...modelLines(shown, style),
    ...pushLines(shown, style),
    ...shown.forced.map(({ what, reason }) =>
      line('Forced', `${style.yellow(what)}: ${reason}`, style),
    ),
  ].join('\n');
  const parts = [head, stageLines(shown, style), changedLines(shown, style), facts];
  return parts.filter((part) => part !== '').join('\n\n');
}

const LABEL_WIDTH = 9;

function line(label: string, text: string, style: Style): string {
  return labelled(label, text, LABEL_WIDTH, style);
}

function exitText(exitCode: number | null): string {
  return exitCode === null ? ' (killed, or still under way)' : ` (exit ${exitCode})`;
}

function stageLines({ stages }: ShownRun, style: Style): string {
  if (stages.length === 0) return '';
  return `${style.bold('Stages')}\n${stageBars(stages, style)}`;
}

function changedLines({ changed, changed_by }: ShownRun, style: Style): string {
  if (changed.length === 0) {
    return changed_by === 'stages' ? line('Changed', 'no table', style) : '';
  }
  const right = 'right' as const;
  const columns = [
    { title: changed_by === 'stages' ? 'changed' : 'written' },
    { title: 'dates', align: right },
    { title: 'rows', align: right },
  ];
  const rows = changed.map(({ table: name, dates, rows: n }) => [name, count(dates), count(n)]);
  const note =
    changed_by === 'stages'
      ? ''
      : `\n${style.dim('(partitions that no later run has written again)')}`;
  return table(columns, rows, style) + note;
}

function gateLines({ gates }: ShownRun, style: Style): string[] {
  if (gates === null) return [];
  const { pass, warn, fail, not_evaluated } = gates;
  const failed = fail === 0 ? '0 fail' : style.red(`${count(fail)} fail`);
  return [
    line(
      'Gates',
      `${count(pass)} pass, ${count(warn)} warn, ${failed}, ${count(not_evaluated)} not evaluated`,
      style,
    ),
  ];
}

function modelLines({ model, aliases }: ShownRun, style: Style): string[] {
  const parts = [
    ...(model.trained === null ? [] : [`trained ${model.trained}`]),
    ...(model.predicted === null ? [] : [`${model.predicted} predicted`]),
    ...aliases.map(({ alias, model_id }) => `${model_id} became the ${alias}`),
  ];
  return parts.map((part, i) => line(i === 0 ? 'Model' : '', part, style));
}

function pushLines({ pushes }: ShownRun, style: Style): string[] {
  return pushes.map((push, i) => {
    const { target, written, rows, removed } = push;
    const parts = [
      ...(written === null ? [] : [`${plural(written, 'partition')} written`]),
      ...(rows === null ? [] : [plural(rows, 'row')]),
      ...(removed === null || removed === 0 ? [] : [`${count(removed)} removed`]),
    ];
    const figures = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
    return line(i === 0 ? 'Push' : '', `${pushOutcome(push)}, to ${target}${figures}`, style);
  });
}
