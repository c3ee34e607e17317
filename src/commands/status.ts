import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { labelled, wrap } from '../console/wrap.ts';
import { EXIT } from '../errors.ts';
import { bytes, count, duration, plural } from '../format.ts';
import { fitWidth } from '../text-width.ts';
import { figureText } from '../validate/figure-text.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { monitorLines } from './monitor-text.ts';
import { pushOutcome } from './runs/past-pushes.ts';
import { kindText, outcomeOf } from './runs/run-facts.ts';
import { coverageText, seasonsText } from './status-coverage-text.ts';
import { type StatusFacts, statusFacts } from './status-facts.ts';
import { nextStep } from './status-next.ts';

const SHOWN_RED = 10;

/** Columns of what a red check says; "validate" says all. */
const DETAIL_WIDTH = 120;

/** What is here: partitions by season, gates, last runs, model, pushes, decisions against a gate. */
export async function execute(_: object, env: CommandEnvironment): Promise<Outcome> {
  const facts = await env.reading((replica, config) => statusFacts(replica, config));
  return {
    exitCode: EXIT.done,
    json: { ...facts },
    text: (style) =>
      [
        `${style.bold('Workspace')} ${facts.workspace}`,
        `${style.bold('Replica')}   ${facts.replica.path} (${bytes(facts.replica.bytes)})`,
        '',
        ...tableLines(facts, style),
        gateLines(facts, style),
        modelLine(facts, style),
        ...monitorLines(facts.monitor, style).map((text) => wrap(text, 10, style)),
        pushLines(facts, style),
        ...forcedLines(facts, style),
        '',
        runLines(facts, style),
        '',
        nextLine(facts, (command) => hint(env, command), style),
      ].join('\n'),
  };
}

function tableLines(facts: StatusFacts, style: Style): string[] {
  if (facts.tables.length === 0) return ['No partition is here yet.', ''];
  const seasons = seasonsText(facts.seasons, style);
  return [coverageText(facts, style), '', ...(seasons === '' ? [] : [seasons, ''])];
}

function nextLine(facts: StatusFacts, say: (command: string) => string, style: Style): string {
  const { command, why } = nextStep(facts);
  return labelled('Next', `${style.bold(say(command))}  ${style.dim(`(${why})`)}`, 9, style);
}

function gateLines({ gates, red }: StatusFacts, style: Style): string {
  const label = style.bold('Gates    ');
  if (gates === null) return `${label} not checked yet`;
  const failed = `${count(gates.fail)} fail`;
  const line = `${label} ${style.green(`${count(gates.pass)} pass`)}, ${count(gates.warn)} warn, ${gates.fail === 0 ? failed : style.red(failed)}, ${count(gates.not_evaluated)} not evaluated`;
  const shown = red
    .slice(0, SHOWN_RED)
    .map((check) =>
      wrap(
        `          ${style.red('red')} ${check.check} of ${check.table}, ${check.scope}: ${figureText(check.check, check.found)} found, ${figureText(check.check, check.wanted)} wanted${check.detail === null ? '' : ` (${fitWidth(check.detail, DETAIL_WIDTH)})`}`,
        14,
        style,
      ),
    );
  const more = red.length - shown.length;
  return [line, ...shown, ...(more > 0 ? [`          and ${count(more)} more`] : [])].join('\n');
}

function modelLine({ model }: StatusFacts, style: Style): string {
  const label = style.bold('Model    ');
  if (model === null) return `${label} none trained yet`;
  // The figures of a model that was not evaluated are null; a ledger may be older than they are.
  const last10 = model.training?.test?.compared?.last_10_mae;
  const figures =
    model.expected_mae === null || last10 == null
      ? ''
      : `, MAE ${model.expected_mae.toFixed(3)} beside last-10 ${last10.toFixed(3)}`;
  const alias = model.alias === null ? '' : `${model.alias}, `;
  const text = `${label} ${model.model_id} (${alias}${model.engine}, ${model.features}, ${model.status.replace('_', ' ')}${figures}), trained ${day(model.trained_at)}`;
  return wrap(text, 10, style);
}

function pushLines({ pushes }: StatusFacts, style: Style): string {
  const label = style.bold('Pushes   ');
  if (pushes.length === 0) return `${label} none`;
  return pushes
    .map(
      (push, i) =>
        `${i === 0 ? label : '         '} ${day(push.started_at)} to ${push.target}: ${push.has_refused ? style.yellow(pushOutcome(push)) : pushOutcome(push)}`,
    )
    .join('\n');
}

function forcedLines({ forced }: StatusFacts, style: Style): string[] {
  return forced.map(
    (decision, i) =>
      `${i === 0 ? style.bold('Forced   ') : '         '} ${day(decision.at)} ${style.yellow(decision.what)}: ${decision.reason}`,
  );
}

function runLines({ runs, last_sync }: StatusFacts, style: Style): string {
  const rows = runs.map((run) => [
    day(run.started_at),
    kindText(run),
    run.seconds === null ? '' : duration(run.seconds),
    run.exit_code === null
      ? style.yellow('killed or still running')
      : run.exit_code === 0
        ? style.green('done')
        : style.red(`${outcomeOf(run.exit_code)} (exit ${run.exit_code})`),
  ]);
  const columns = [
    { title: 'last runs' },
    { title: 'command' },
    { title: 'time', align: 'right' as const },
    { title: 'end' },
  ];
  const synced = last_sync === null ? 'never synced' : `last sync ${day(last_sync.at)}`;
  return `${table(columns, rows, style)}\n${style.dim(`(${plural(runs.length, 'run')} shown, ${synced}; times are UTC)`)}`;
}

/** `2025-03-01T06:30:00Z` as `2025-03-01 06:30`. */
function day(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
