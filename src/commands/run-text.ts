import { count, duration, plural } from '../console/format.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import type { RunOutcome } from '../pipeline/run.ts';
import { describePush } from '../push/describe.ts';
import { figureText } from '../validate/figure-text.ts';

/** What the summary reads of a run. */
export type RunFacts = Pick<
  RunOutcome,
  'from' | 'to' | 'stages' | 'tables' | 'gates' | 'training' | 'predictions' | 'push'
>;

/** Where things lie, for the last lines of the summary. */
export interface RunPlaces {
  readonly workspace: string;
  readonly pushFolder: string | null;
  /** A command to type next, with the workspace named. */
  readonly hint: (command: string) => string;
}

const SHOWN = 20;
const right = 'right' as const;

/** The last words of a run: tables, gates, the model beside the trivial predictors, push, times, next. */
export function runText(facts: RunFacts, places: RunPlaces, style: Style): string {
  const parts = [
    tableLines(facts, style),
    gateLines(facts, style),
    trainingLines(facts, places, style),
    predictionLines(facts, style),
    pushLines(facts, places, style),
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
  const head = `${style.bold('Gates')}  ${style.green(`${count(pass)} pass`)}, ${warn === 0 ? '0 warn' : style.yellow(`${count(warn)} warn`)}, ${fail === 0 ? '0 fail' : style.red(`${count(fail)} fail`)}, ${count(not_evaluated)} not evaluated`;
  const lines = red
    .slice(0, SHOWN)
    .map(
      (check) =>
        `  ${style.red('red')} ${check.check} of ${check.table}, ${check.scope}: ${figureText(check.check, check.found)} found, ${figureText(check.check, check.wanted)} wanted${check.detail === null ? '' : ` (${check.detail})`}`,
    );
  if (red.length > SHOWN) lines.push(`  and ${count(red.length - SHOWN)} more`);
  return [head, ...lines].join('\n');
}

function trainingLines({ training }: RunFacts, places: RunPlaces, style: Style): string {
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
    `${style.bold('Model')}  ${training.model_id} (${training.engine}); points missed on ${count(compared.n)} test rows, the same for all:`,
    table(columns, rows, style),
    `Artefact: ${places.workspace}/${training.artefact}`,
  ].join('\n');
}

function predictionLines({ predictions }: RunFacts, style: Style): string {
  if (predictions === null) return '';
  const { rows, dates, graded } = predictions;
  const grade =
    graded.mae === null
      ? 'no results are in yet'
      : `${count(graded.rows)} graded, MAE ${graded.mae.toFixed(3)}`;
  return `${style.bold('Predictions')}  ${count(rows)} on ${plural(dates, 'date')}; ${grade}`;
}

function pushLines({ push }: RunFacts, places: RunPlaces, style: Style): string {
  if (push === null) return '';
  const folder = places.pushFolder === null ? [] : [`Pushed tables: ${places.pushFolder}`];
  return [style.bold('Push'), ...describePush(push).map((line) => `  ${line}`), ...folder].join(
    '\n',
  );
}

function stageLine({ stages }: RunFacts, style: Style): string {
  if (stages.length === 0) return '';
  const total = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const each = stages
    .map(({ name, status, seconds }) => {
      if (status === 'done') return `${name} ${duration(seconds)}`;
      const words = status === 'nothing' ? 'nothing to do' : status;
      return `${name} ${status === 'failed' ? style.red(words) : style.dim(words)}`;
    })
    .join(', ');
  return `${style.bold('Time')}   ${duration(total)}: ${each}`;
}

function nextLine(facts: RunFacts, { hint, pushFolder }: RunPlaces, style: Style): string {
  const red = (facts.gates?.fail ?? 0) > 0;
  const lines = red
    ? [hint('validate'), 'what is red, and why']
    : facts.push === null && pushFolder !== null
      ? [hint('push'), 'writes what passed to the push folder']
      : [
          hint(
            'query "SELECT player_lookup, game_date, predicted_points FROM nba_predictions.player_prop_predictions ORDER BY predicted_points DESC LIMIT 10"',
          ),
          'the highest predictions',
        ];
  return [
    style.bold('Next'),
    `  ${lines[0]}\n      ${style.dim(lines[1]!)}`,
    `  ${hint('status')}\n      ${style.dim('the workspace at a glance')}`,
  ].join('\n');
}
