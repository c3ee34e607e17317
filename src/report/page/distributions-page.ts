import type { ChartDrawer } from '../charts/chart.ts';
import { pastChart, SPREAD_LEGEND, spreadChart } from '../charts/spread-charts.ts';
import type { ReportFacts } from '../facts/facts.ts';
import type { PastValues } from '../facts/past-values.ts';
import { bareName, countText, momentText, shortText } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { dataTable, emptyState } from './parts.ts';

/** How columns lie by season, and what the newest builds changed in them. */
export function distributionsPage(
  { distributions, past }: Pick<ReportFacts, 'distributions' | 'past'>,
  draw: ChartDrawer,
): Html {
  if (distributions.length === 0) {
    return emptyState('No analytics table is computed yet.', 'hoopduck transform');
  }
  const charts = past.flatMap((values) => pastChart(values) ?? []);
  return html`<p class="lead">A column whose season looks unlike the others has changed, in the game or in the code.</p>
<ul class="legend">${SPREAD_LEGEND.map(({ text, key }) => html`<li><span class="key ${key}"></span>${text}</li>`)}</ul>
<div class="charts">${distributions.map((measure) => draw(spreadChart(measure)))}</div>
<h3 class="part">Old against new</h3>
${pastPart(past)}
<div class="charts">${charts.map(draw)}</div>`;
}

function pastPart(past: readonly PastValues[]): Html {
  if (past.length === 0) {
    return html`<p class="note">No build has replaced rows of these tables whose earlier values are kept, so there is nothing to compare.</p>`;
  }
  return html`<p>Rows as they were before the newest build that replaced their date, beside the same rows now.</p>
${dataTable(
  'Old against new',
  [
    { title: 'column' },
    { title: 'table' },
    { title: 'dates', right: true },
    { title: 'rows', right: true },
    { title: 'changed', right: true },
    { title: 'mean before', right: true },
    { title: 'mean now', right: true },
    { title: 'replaced (UTC)' },
  ],
  past.map(({ column, table, dates, rows, changed, old, now, replaced_at }) => [
    column,
    bareName(table),
    countText(dates),
    countText(rows),
    countText(changed),
    shortText(old.mean),
    shortText(now.mean),
    momentText(replaced_at),
  ]),
)}`;
}
