// Draws what bench/growth.mjs printed: seconds and peak memory by seasons, a line a stage.
// Usage: node bench/growth.mjs --limits default > growth.txt && node bench/plot-growth.mjs growth.txt docs/images/growth.svg
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const [source, target] = argv.slice(2);
const [columns, , ...lines] = readFileSync(source, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const measured = lines.map((cells) =>
  Object.fromEntries(columns.map((name, i) => [name, Number(cells[i].replaceAll(',', ''))])),
);
const { document } = parseHTML('<!doctype html><html></html>');

/** One point a stage and number of seasons. */
const points = (columnOf, unit) =>
  measured.flatMap((row) =>
    ['sync', 'transform'].map((stage) => ({
      seasons: row.seasons,
      stage,
      value: row[columnOf(stage)] / unit,
    })),
  );

/** One panel: a line a stage, named at its end. */
function panel(values, label, left) {
  const last = values.filter(({ seasons }) => seasons === measured.at(-1).seasons);
  const at = { x: 'seasons', y: 'value' };
  const chart = Plot.plot({
    document,
    width: 360,
    height: 260,
    marginLeft: 52,
    marginRight: 66,
    x: { label: 'seasons', ticks: measured.map(({ seasons }) => seasons), domain: [0, 40] },
    y: { label, grid: true, domain: [0, Math.max(...values.map(({ value }) => value)) * 1.05] },
    color: { domain: ['sync', 'transform'], range: ['#b4540a', '#1f6f54'] },
    marks: [
      Plot.ruleY([0]),
      Plot.lineY(values, { ...at, stroke: 'stage' }),
      Plot.dot(values, { ...at, fill: 'stage', r: 2.5 }),
      Plot.text(last, { ...at, text: 'stage', textAnchor: 'start', dx: 6, fill: 'stage' }),
    ],
  });
  chart.setAttribute('x', String(left));
  return chart.outerHTML.replace(/<style>[\s\S]*?<\/style>/g, '');
}

const panels = [
  panel(
    points((stage) => `${stage}, s`, 1),
    'seconds',
    0,
  ),
  panel(
    points((stage) => `peak MB, ${stage}`, 1000),
    'peak memory, GB',
    370,
  ),
];
writeFileSync(
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" width="730" height="260" viewBox="0 0 730 260" font-family="system-ui, sans-serif" font-size="11" color="#222" role="img" aria-label="Seconds and peak memory of sync and transform by seasons"><rect width="730" height="260" fill="white"/>${panels.join('')}</svg>\n`,
);
