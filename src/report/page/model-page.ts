import { calibrationChart, intervalChart, levelChart } from '../charts/calibration-charts.ts';
import type { Chart, ChartDrawer } from '../charts/chart.ts';
import { errorChart, groupChart } from '../charts/error-charts.ts';
import { importanceCharts } from '../charts/importance-charts.ts';
import { weekChart } from '../charts/week-chart.ts';
import type { ReportFacts } from '../facts/facts.ts';
import type { DriftFacts, ModelFacts, ParityFacts } from '../facts/model.ts';
import {
  countText,
  figureText,
  momentText,
  percentText,
  pluralText,
  signedText,
} from '../figures.ts';
import { type Html, html } from '../html.ts';
import { badge, dataTable, emptyState, factList } from './parts.ts';

type Facts = Pick<ReportFacts, 'model' | 'monitor' | 'graded'>;

/** How good the model is, whether it still is, and what it leans on. */
export function modelPage({ model, monitor, graded }: Facts, draw: ChartDrawer): Html {
  if (model === null) return emptyState('No model is trained yet.', 'hoopduck train');
  const { metrics } = model;
  const drawn = (charts: readonly (Chart | undefined)[]) =>
    html`<div class="charts">${charts.flatMap((chart) => (chart === undefined ? [] : [draw(chart)]))}</div>`;
  return html`<p class="lead"><code>${model.model_id}</code> ${model.alias === null ? 'predicts now.' : html`is the ${model.alias}.`} ${promise(model)}</p>
${identity(model)}
<h3 class="part">How it fares</h3>
${fares(monitor)}
${drawn([weekChart(graded, model.expected_mae)])}
<h3 class="part">How good it is on test rows</h3>
${
  metrics === null
    ? html`<p class="note">The figures of this model are not there: <code>${model.artefact}/metrics.json</code> is missing, or an earlier version wrote it.</p>`
    : html`${drawn([errorChart(metrics), groupChart(metrics, 'tier'), groupChart(metrics, 'season'), groupChart(metrics, 'month')])}
<h3 class="part">Calibration and intervals</h3>
${drawn([calibrationChart(graded), levelChart(metrics), intervalChart(metrics)])}
<h3 class="part">What it leans on</h3>
${drawn(importanceCharts(metrics))}`
}
<h3 class="part">Parity</h3>
${parity(model.parity)}`;
}

function promise({ expected_mae, last_10_mae }: ModelFacts): string {
  if (expected_mae === null) return 'It was not evaluated.';
  const beside =
    last_10_mae === null ? '' : `; the mean of the last 10 games by ${figureText(last_10_mae)}`;
  return `On test rows it misses by ${figureText(expected_mae)} points in the mean${beside}.`;
}

function identity({ trained_at, engine, features, status, parts, artefact }: ModelFacts): Html {
  const part = (name: 'train' | 'validation' | 'test') =>
    parts === null
      ? '–'
      : `${parts[name].from} to ${parts[name].to}, ${countText(parts[name].n)} rows`;
  return factList([
    ['trained', `${momentText(trained_at)} UTC`],
    ['engine', engine],
    ['features', features],
    ['status', status.replace('_', ' ')],
    ['training', part('train')],
    ['validation', part('validation')],
    ['test', part('test')],
    ['folder', html`<code>${artefact}</code>`],
  ]);
}

function fares(monitor: Facts['monitor']): Html {
  if (monitor === null) return html`<p class="note">Nothing is known of its predictions.</p>`;
  const { recent, drift, alarms } = monitor;
  const told =
    recent === null
      ? html`<p>No prediction of this model is graded yet.</p>`
      : html`<p>In the 28 days to ${recent.to}: ${countText(recent.rows)} results, mean absolute error ${figureText(recent.mae)}, mean error ${signedText(recent.bias)}, ${percentText(recent.coverage_80)} within the 80% interval.</p>`;
  const features =
    drift.not_measured === null
      ? html`<p>${countText(drift.drifting.length)} of ${pluralText(drift.measured, 'feature')} lie otherwise than in the training.</p>`
      : html`<p>Drift of features is not measured: ${drift.not_measured}.</p>`;
  return html`${
    alarms.length === 0
      ? html`<p>${badge('good', '✓ no alarm')}</p>`
      : html`<ul class="alarms">${alarms.map(({ message, next }) => html`<li>${badge('warned', '△ alarm')} ${message} <span class="next">Next: ${next}</span></li>`)}</ul>`
  }${told}${features}${drift.largest.length === 0 ? null : driftTable(drift.largest)}`;
}

function driftTable(features: readonly DriftFacts[]): Html {
  return html`<details class="figures"><summary>Features nearest to, or furthest above, their limits</summary>${dataTable(
    'Drift of features',
    [
      { title: 'feature' },
      { title: 'days', right: true },
      { title: 'stability index', right: true },
      { title: 'limit', right: true },
      { title: 'missing', right: true },
      { title: 'expected missing', right: true },
    ],
    features.map(({ feature, days, psi, limit, missing, missing_expected }) => [
      feature,
      countText(days),
      figureText(psi, 2),
      figureText(limit, 2),
      percentText(missing),
      percentText(missing_expected),
    ]),
  )}</details>`;
}

function parity(facts: ParityFacts | null): Html {
  if (facts === null) return html`<p class="note">No parity report is in the model's folder.</p>`;
  const same = facts.identicalRows === facts.rows;
  return html`<p>${same ? badge('good', '✓ identical') : badge('warned', '△ differs')} ${countText(facts.identicalRows)} of ${countText(facts.rows)} rows get the same points, to the last bit, from the trees and from the ONNX file; ${countText(facts.adversarialRows)} of the rows were made to part them. Largest difference: ${String(facts.maxAbsDifference)} points, of quantiles ${String(facts.maxQuantileDifference)}.</p>`;
}
