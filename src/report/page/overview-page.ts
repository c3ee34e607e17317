import type { ChartDrawer } from '../charts/chart.ts';
import { weekChart } from '../charts/week-chart.ts';
import { PROBLEM_STATES } from '../facts/coverage.ts';
import type { ReportFacts } from '../facts/facts.ts';
import {
  bytesText,
  countText,
  durationText,
  figureText,
  momentText,
  percentText,
  pluralText,
} from '../figures.ts';
import { type Html, html } from '../html.ts';
import type { Morning } from '../morning.ts';
import { computedDates } from './computed-dates.ts';
import { countStates, heatMap, newestDates, seasonSummary } from './heat-map.ts';

/** As many dates as a month of games has. */
export const NEWEST_DATES = 30;

/** Whether everything is well, what to do next, and a card for each page. */
export function overviewPage(facts: ReportFacts, morning: Morning, draw: ChartDrawer): Html {
  const weeks = weekChart(facts.graded, facts.model?.expected_mae ?? null);
  return html`${verdict(morning)}
<ul class="cards">${[coverageCard(facts), gateCard(facts), modelCard(facts), pushCard(facts), runCard(facts)]}</ul>
${newestMap(facts)}
${weeks === undefined ? null : draw(weeks)}`;
}

const MARKS = { well: '✓', look: '?', act: '!' };

function verdict({ level, headline, matters }: Morning): Html {
  return html`<div class="verdict v-${level}">
<p class="headline"><span class="mark" aria-hidden="true">${MARKS[level]}</span>${headline}</p>
${
  matters.length === 0
    ? html`<p>Coverage is complete, no gate is red, the model keeps its promise, and nothing waits to be put right.</p>`
    : html`<ol class="matters">${matters.map(
        ({ level: grave, text, next, page }) =>
          html`<li class="m-${grave}"><p>${text} <a href="#${page}">See ${page}</a></p><p class="next">Next: ${next.startsWith('hoopduck ') ? html`<code>${next}</code>` : next}</p></li>`,
      )}</ol>`
}
</div>`;
}

function newestMap({ coverage }: ReportFacts): Html | null {
  const newest = newestDates(coverage, NEWEST_DATES);
  if (newest === null) return null;
  return html`<div class="season mapped"><h3>The newest dates</h3><p class="soft">${newest.dates[0]!} to ${newest.dates.at(-1)!}: ${seasonSummary(coverage.tables, newest)} <a href="#coverage">All dates</a></p>
<p class="tip" role="status"></p>
${heatMap(coverage, newest, coverage.seasons.length)}</div>`;
}

interface Card {
  readonly page: string;
  readonly title: string;
  readonly value: string;
  /** How grave it is; plain where nothing is judged. */
  readonly tone: 'good' | 'warned' | 'red' | 'plain';
  readonly word: string;
  readonly lines: readonly string[];
}

function card({ page, title, value, tone, word, lines }: Card): Html {
  return html`<li><a class="card" href="#${page}"><span class="card-title">${title} ${word === '' ? null : html`<span class="badge b-${tone}">${word}</span>`}</span><strong>${value}</strong>${lines.map((line) => html`<span>${line}</span>`)}</a></li>
`;
}

function coverageCard({ coverage, replica_bytes }: ReportFacts): Html {
  const newest = coverage.seasons[0];
  const size = replica_bytes === null ? 'no replica yet' : `replica ${bytesText(replica_bytes)}`;
  const base = { page: 'coverage', title: 'Coverage' };
  if (newest === undefined)
    return card({ ...base, value: 'empty', tone: 'plain', word: '', lines: [size] });
  const counts = countStates(newest.tables.flat());
  const problem = PROBLEM_STATES.find((state) => counts.has(state));
  const computed = coverage.seasons.map((season) => computedDates(coverage, season));
  const dates = computed.reduce((sum, season) => sum + season.dates.length, 0);
  const grave = problem === undefined ? 'good' : problem === 'warned' ? 'warned' : 'red';
  return card({
    ...base,
    value: `to ${computed[0]!.dates.at(-1)!}`,
    tone: grave,
    word:
      grave === 'good'
        ? 'complete'
        : `${countText(counts.get(problem!)!)} ${problem === 'warned' ? 'warnings' : problem}`,
    lines: [
      `${pluralText(dates, 'date')} of ${pluralText(coverage.seasons.length, 'season')}, ${pluralText(coverage.tables.length, 'table')}`,
      size,
    ],
  });
}

function gateCard({ gates }: ReportFacts): Html {
  const base = { page: 'gates', title: 'Gates' };
  if (gates === null)
    return card({
      ...base,
      value: 'not checked',
      tone: 'plain',
      word: '',
      lines: ['hoopduck validate'],
    });
  const { pass, warn, fail, not_evaluated } = gates.counts;
  return card({
    ...base,
    value: `${countText(pass)} pass`,
    tone: fail > 0 ? 'red' : warn > 0 ? 'warned' : 'good',
    word: fail > 0 ? `${countText(fail)} red` : warn > 0 ? pluralText(warn, 'warning') : 'all pass',
    lines: [
      `${pluralText(warn, 'warning')}, ${countText(not_evaluated)} had nothing to judge`,
      gates.checked_at === null ? '' : `checked ${momentText(gates.checked_at)} UTC`,
    ],
  });
}

function modelCard({ model, monitor }: ReportFacts): Html {
  const base = { page: 'model', title: 'Model' };
  if (model === null)
    return card({ ...base, value: 'none yet', tone: 'plain', word: '', lines: ['hoopduck train'] });
  const alarms = monitor?.alarms.length ?? 0;
  const recent = monitor?.recent;
  const gain =
    model.expected_mae === null || model.last_10_mae === null || model.last_10_mae === 0
      ? ''
      : `, ${percentText(1 - model.expected_mae / model.last_10_mae)} below last 10`;
  return card({
    ...base,
    value: model.expected_mae === null ? 'not evaluated' : `MAE ${figureText(model.expected_mae)}`,
    tone: alarms > 0 ? 'warned' : 'good',
    word: alarms > 0 ? pluralText(alarms, 'alarm') : (model.alias ?? 'in use'),
    lines: [
      `points, on test rows${gain}`,
      recent === null || recent === undefined
        ? 'no prediction is graded yet'
        : `${figureText(recent.mae)} in the 28 days to ${recent.to}`,
    ],
  });
}

function pushCard({ pushes, push_target }: ReportFacts): Html {
  const base = { page: 'pushes', title: 'Last push' };
  const last = pushes[0];
  if (last === undefined) {
    const lines = [
      push_target === null ? 'hoopduck.yaml names no target' : `target ${push_target}`,
    ];
    return card({ ...base, value: 'none yet', tone: 'plain', word: '', lines });
  }
  const refused = last.refused ?? 0;
  return card({
    ...base,
    value: `${momentText(last.started_at)} UTC`,
    tone: last.status !== 'done' || refused > 0 ? 'red' : 'good',
    word: refused > 0 ? `${countText(refused)} refused` : last.status,
    lines: [
      last.written === null ? '' : `${pluralText(last.written, 'partition')} written`,
      `to ${last.target}`,
    ],
  });
}

function runCard({ runs, forced }: ReportFacts): Html {
  const base = { page: 'runs', title: 'Last run' };
  const last = runs[0];
  if (last === undefined)
    return card({ ...base, value: 'none yet', tone: 'plain', word: '', lines: ['hoopduck run'] });
  const done = last.exit_code === 0;
  return card({
    ...base,
    value: `${momentText(last.started_at)} UTC`,
    tone: done ? 'good' : last.exit_code === null ? 'warned' : 'red',
    word: done ? 'done' : last.exit_code === null ? 'no end' : `exit ${last.exit_code}`,
    lines: [
      `${last.command}${last.seconds === null ? '' : `, ${durationText(last.seconds)}`}`,
      forced.length === 0
        ? 'no decision against a gate'
        : `${pluralText(forced.length, 'decision')} against a gate`,
    ],
  });
}
