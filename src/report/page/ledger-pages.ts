import type { ChartDrawer } from '../charts/chart.ts';
import { stageChart } from '../charts/run-charts.ts';
import type { PushFacts } from '../facts/pushes.ts';
import type { ForcedFacts, RunFacts } from '../facts/runs.ts';
import { countText, durationText, momentText } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { badge, dataTable, emptyState } from './parts.ts';

const right = true;
const long = true;

/** What was written to production, and what was refused. */
export function pushesPage(pushes: readonly PushFacts[], target: string | null): Html {
  if (pushes.length === 0) {
    return target === null
      ? emptyState(
          'Nothing was pushed; hoopduck.yaml names no "push" target.',
          'hoopduck init --help',
        )
      : emptyState('Nothing was pushed yet.', 'hoopduck push --dry-run');
  }
  const newest = pushes.find(({ tables }) => tables.length > 0);
  const count = (n: number | null) => (n === null ? '–' : countText(n));
  return html`<p class="lead">Counts are partitions: one table, one date. Times are UTC.</p>
${dataTable(
  'All pushes',
  [
    { title: 'started' },
    { title: 'end' },
    { title: 'written', right },
    { title: 'unchanged', right },
    { title: 'removed', right },
    { title: 'refused', right },
    { title: 'rows', right },
    { title: 'target' },
    { title: 'push' },
  ],
  pushes.map((push) => [
    momentText(push.started_at),
    push.status === 'done' ? badge('good', '✓ done') : badge('red', `✕ ${push.status}`),
    count(push.written),
    count(push.unchanged),
    count(push.removed),
    (push.refused ?? 0) > 0 ? badge('red', count(push.refused)) : count(push.refused),
    count(push.rows),
    push.target,
    html`<code>${push.push_id}</code>${push.rollback_of === null ? null : html` put back <code>${push.rollback_of}</code>`}`,
  ]),
)}
${newest === undefined ? null : lastPush(newest)}`;
}

function lastPush({ started_at, tables, refusals, refused }: PushFacts): Html {
  const name = `Tables of the push of ${momentText(started_at)}`;
  const why = 'What it refused, and why';
  return html`${
    refusals.length === 0
      ? null
      : html`<h3 class="part">${why}</h3>${dataTable(
          why,
          [{ title: 'table' }, { title: 'date' }, { title: 'reason' }],
          refusals.map(({ table, date, reason }) => [table, date, reason]),
        )}${(refused ?? 0) > refusals.length ? html`<p class="note">and ${countText((refused ?? 0) - refusals.length)} more</p>` : null}`
  }<h3 class="part">${name}</h3>${dataTable(
    name,
    [
      { title: 'table' },
      { title: 'partitions', right },
      { title: 'files or batches', right },
      { title: 'read back and equal', right },
    ],
    tables.map(({ table, partitions, units, verified }) => [
      table,
      countText(partitions),
      countText(units),
      verified === units ? countText(verified) : badge('red', countText(verified)),
    ]),
  )}`;
}

/** Decisions against a gate, with their reasons. */
export function forcedPage(forced: readonly ForcedFacts[]): Html {
  if (forced.length === 0) {
    return html`<p class="lead">No decision was taken against a gate.</p><p class="note">A command that goes on past a red gate wants <code>--force --reason "..."</code>; the reason is kept and stands here.</p>`;
  }
  return html`<p class="lead">Each was taken with <code>--force</code>, and its reason kept.</p>${dataTable(
    'All decisions',
    [
      { title: 'when (UTC)' },
      { title: 'command' },
      { title: 'what was passed' },
      { title: 'reason' },
    ],
    forced.map(({ at, what, reason, command }) => [momentText(at), command ?? '–', what, reason]),
  )}`;
}

/** What ran, how long it took, and how it ended. */
export function runsPage(runs: readonly RunFacts[], draw: ChartDrawer): Html {
  if (runs.length === 0) return emptyState('Nothing ran yet.', 'hoopduck run');
  const chart = stageChart(runs);
  return html`<p class="lead">The newest ${runs.length === 1 ? 'run' : `${countText(runs.length)} runs`}. Times are UTC.</p>
${chart === undefined ? null : draw(chart)}
${dataTable(
  'All runs',
  [
    { title: 'started' },
    { title: 'command' },
    { title: 'took', right },
    { title: 'end' },
    { title: 'stages', long },
    { title: 'run' },
  ],
  runs.map((run) => [
    momentText(run.started_at),
    run.command,
    durationText(run.seconds),
    endOf(run),
    run.stages
      .map(
        ({ name, status, seconds }) =>
          `${name} ${status === 'done' ? durationText(seconds) : status === 'nothing' ? 'nothing to do' : status}`,
      )
      .join(', '),
    html`<code>${run.run_id}</code>`,
  ]),
)}`;
}

function endOf({ exit_code }: RunFacts): Html {
  if (exit_code === 0) return badge('good', '✓ done');
  if (exit_code === null) return badge('warned', '△ running or killed');
  return badge('red', exit_code === 130 ? '✕ stopped' : `✕ exit ${exit_code}`);
}
