import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { labelled, wrap } from '../console/wrap.ts';
import { count, duration, plural } from '../format.ts';
import type { RunOutcome } from '../pipeline/run.ts';
import { describePush } from '../push/describe.ts';
import { fitWidth } from '../text-width.ts';
import type { PreviousCandidate } from '../train/previous-candidate.ts';
import { figureText } from '../validate/figure-text.ts';
import { stageBars } from './stage-bars.ts';
import { previousLines } from './train-text.ts';

/** What the summary reads of a run. */
export type RunFacts = Pick<
  RunOutcome,
  'from' | 'to' | 'stages' | 'tables' | 'gates' | 'training' | 'predictions' | 'push'
> & {
  /** The candidate before, where another one was trained. */
  readonly previous?: PreviousCandidate | null;
};

/** Where things lie, for the last lines of the summary. */
export interface RunPlaces {
  readonly workspace: string;
  readonly pushFolder: string | null;
  /** A command to type next, with the workspace named. */
  readonly hint: (command: string) => string;
}

/** Red checks that are named before the rest is counted. */
const SHOWN = 20;

/** Columns of what a red check says; "validate" says all. */
const DETAIL_WIDTH = 160;

/** Tables that a push names one by one. */
const NAMED_TABLES = 5;

const LABEL_WIDTH = 6;

function label(text: string, style: Style): string {
  return `${style.bold(text.padEnd(LABEL_WIDTH))} `;
}

const right = 'right' as const;

/** The last words of a run: tables, gates, the model beside the trivial predictors, push, times, next. */
export function runText(facts: RunFacts, places: RunPlaces, style: Style): string {
  const parts = [
    tableLines(facts, style),
    gateLines(facts, style),
    trainingLines(facts, places, style),
    predictionLines(facts, style),
    pushLines(facts, style),
    stageLine(facts, style),
    nextLine(facts, places, style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function tableLines({ tables }: RunFacts, style: Style): string {
  if (tables.length === 0) return '';
  const rows = tables.map((t) => {
    const of = t.dates_expected === null ? '' : ` of ${count(t.dates_expected)}`;
    const dates = `${count(t.dates_found)}${of}`;
    const short = t.dates_expected !== null && t.dates_found < t.dates_expected;
    return [t.table, count(t.rows), short ? style.yellow(dates) : dates];
  });
  const columns = [
    { title: 'table' },
    { title: 'rows', align: right },
    { title: 'dates', align: right },
  ];
  return table(columns, rows, style);
}

function gateLines({ gates }: RunFacts, style: Style): string {
  if (gates === null) return '';
  const { pass, warn, fail, not_evaluated, red } = gates;
  const head = `${label('Gates', style)}${style.green(`${count(pass)} pass`)}, ${warn === 0 ? '0 warn' : style.yellow(`${count(warn)} warn`)}, ${fail === 0 ? '0 fail' : style.red(`${count(fail)} fail`)}, ${count(not_evaluated)} not evaluated`;
  const lines = red.slice(0, SHOWN).map((check) => wrap(redText(check, style), 4, style));
  if (red.length > SHOWN) lines.push(`  and ${count(red.length - SHOWN)} more`);
  return [head, ...lines].join('\n');
}

function redText(check: NonNullable<RunFacts['gates']>['red'][number], style: Style): string {
  const { check: name, table: of, scope, found, wanted, detail } = check;
  const why = detail === null ? '' : ` (${fitWidth(detail, DETAIL_WIDTH)})`;
  return `  ${style.red('red')} ${name} of ${of}, ${scope}: ${figureText(name, found)} found, ${figureText(name, wanted)} wanted${why}`;
}

function trainingLines({ training, previous }: RunFacts, places: RunPlaces, style: Style): string {
  if (training === null) return '';
  const { compared } = training.test;
  const figures: [string, number | null][] = [
    ['this model', compared.model_mae],
    ['mean of his last 10', compared.last_10_mae],
    ['mean of his last 5', compared.last_5_mae],
    ['mean of his season', compared.season_mae],
    ['mix of the three', compared.mix_mae],
  ];
  const rows = figures.map(([name, mae], i) => {
    const text = mae === null ? '-' : mae.toFixed(3);
    const gain =
      i === 0 || mae === null || compared.model_mae === null
        ? ''
        : `model is ${(100 * (1 - compared.model_mae / mae)).toFixed(1)}% closer`;
    return [i === 0 ? style.bold(name) : name, i === 0 ? style.bold(text) : text, style.dim(gain)];
  });
  const columns = [{ title: 'predictor' }, { title: 'MAE', align: right }, { title: '' }];
  return [
    labelled(
      'Model',
      `${training.model_id} (${training.engine}), points missed on ${count(compared.n)} test rows:`,
      LABEL_WIDTH,
      style,
    ),
    indented(table(columns, rows, style)),
    ...previousLines(previous ?? null, style).map((text) => `  ${text}`),
    `  ${style.dim(`in ${places.workspace}/${training.artefact}`)}`,
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function predictionLines({ predictions }: RunFacts, style: Style): string {
  if (predictions === null) return '';
  const { rows, dates, graded } = predictions;
  const grade =
    graded.mae === null
      ? 'no results are in yet'
      : `${count(graded.rows)} graded, MAE ${graded.mae.toFixed(3)}`;
  return labelled(
    'Points',
    `${plural(rows, 'prediction')} on ${plural(dates, 'date')}; ${grade}`,
    LABEL_WIDTH,
    style,
  );
}

function pushLines({ push }: RunFacts, style: Style): string {
  if (push === null) return '';
  // What each of many tables holds is in the list above.
  const tables = push.tables.length > NAMED_TABLES ? [] : push.tables;
  const lines = describePush({ ...push, tables }).map((text) => text.replace(/^Pushed to/, 'to'));
  return lines
    .map((text, i) => labelled(i === 0 ? 'Push' : '', text, LABEL_WIDTH, style))
    .join('\n');
}

function stageLine({ stages }: RunFacts, style: Style): string {
  if (stages.length === 0) return '';
  return `${label('Time', style)}${duration(secondsOf(stages))}\n${stageBars(stages, style)}`;
}

function secondsOf(stages: RunFacts['stages']): number {
  return stages.reduce((sum, stage) => sum + stage.seconds, 0);
}

function nextLine(facts: RunFacts, { hint, pushFolder }: RunPlaces, style: Style): string {
  // What to choose from where a gate is red comes after the summary.
  if ((facts.gates?.fail ?? 0) > 0) return '';
  const first =
    facts.push === null && pushFolder !== null
      ? ['push', 'writes what passed to the push target']
      : ['report', 'the dashboard, as one HTML file'];
  const rows = [
    first,
    ['status', 'the workspace at a glance'],
    ['runs show last', 'this run again'],
  ];
  const width = Math.max(...rows.map(([command]) => hint(command!).length));
  return rows
    .map(
      ([command, text], i) =>
        `${label(i === 0 ? 'Next' : '', style)}${hint(command!).padEnd(width)}  ${style.dim(text!)}`,
    )
    .join('\n');
}

/** A run in one line, for `--quiet`. */
export function runLine(facts: RunFacts, done: boolean): string {
  const { from, to, stages, gates, training, push } = facts;
  const parts = [
    `${from} to ${to} ${done ? 'done' : 'not complete'} in ${duration(secondsOf(stages))}`,
    ...(gates === null
      ? []
      : [`${count(gates.pass)} pass, ${count(gates.warn)} warn, ${count(gates.fail)} fail`]),
    ...(training?.test.compared.model_mae == null
      ? []
      : [`MAE ${training.test.compared.model_mae.toFixed(3)}`]),
    ...(push === null ? [] : [`${plural(push.written, 'partition')} pushed`]),
  ];
  return parts.join('; ');
}
