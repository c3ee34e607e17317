import type { GateMoment } from '../facts/gates.ts';
import type { RunFacts } from '../facts/runs.ts';
import { countText, durationText, momentText, utcTick } from '../figures.ts';
import type { Chart } from './chart.ts';
import { COLOUR, STAGE_COLOURS } from './colours.ts';

const SHOWN_RUNS = 15;

/** How long the stages of the newest runs took. */
export function stageChart(runs: readonly RunFacts[]): Chart | undefined {
  const shown = runs.filter(({ stages }) => stages.length > 0).slice(0, SHOWN_RUNS);
  if (shown.length === 0) return undefined;
  const names = Object.keys(STAGE_COLOURS);
  const parts = shown.flatMap((run) =>
    run.stages.map((stage) => ({ run: momentText(run.started_at), ...stage })),
  );
  const used = names.filter((name) => parts.some((part) => part.name === name));
  const newest = shown[0]!;
  const longest = [...newest.stages].sort((a, b) => b.seconds - a.seconds)[0]!;
  return {
    title: 'Durations of runs by stage',
    summary: `The newest ${shown.length === 1 ? 'run' : `${shown.length} runs`} with stages, the newest on top. The last took ${durationText(newest.seconds)}, of which ${longest.name} ${durationText(longest.seconds)}.`,
    legend: used.map((name) => ({ text: name, key: `k-${name}` })),
    size: 'full',
    table: {
      columns: ['run', ...used, 'all'],
      rows: shown.map((run) => [
        momentText(run.started_at),
        ...used.map((name) => {
          const stage = run.stages.find((s) => s.name === name);
          return stage === undefined ? '–' : durationText(stage.seconds);
        }),
        durationText(run.seconds),
      ]),
    },
    draw: (plot, width) => ({
      height: 34 * shown.length + 44,
      marginTop: 4,
      marginLeft: 118,
      marginRight: 20,
      marginBottom: 36,
      x: { label: 'seconds', grid: true, ticks: width < 400 ? 3 : 8 },
      y: { label: null, domain: [...new Set(parts.map(({ run }) => run))] },
      marks: [
        plot.barX(
          parts,
          plot.stackX({
            x: 'seconds',
            y: 'run',
            fill: ({ name }: { name: string }) => STAGE_COLOURS[name] ?? COLOUR.faint,
            stroke: COLOUR.card,
            insetTop: 3,
            insetBottom: 3,
            title: ({ name, seconds, status }: { name: string; seconds: number; status: string }) =>
              `${name}: ${durationText(seconds)}, ${status}`,
          } as never),
        ),
      ],
    }),
  };
}

/** How many checks were red and warned over time. */
export function historyChart(history: readonly GateMoment[]): Chart | undefined {
  if (history.length < 2) return undefined;
  const dated = history.map((moment) => ({ ...moment, time: new Date(moment.at) }));
  const newest = history.at(-1)!;
  const worst = Math.max(...history.map(({ fail }) => fail));
  return {
    title: 'Red checks and warnings over time',
    summary: `At each validation that changed a verdict or a figure: now ${countText(newest.fail)} red and ${countText(newest.warn)} warnings, at the worst ${countText(worst)} red.`,
    legend: [
      { text: 'red', key: 'k-red' },
      { text: 'warnings', key: 'k-short' },
    ],
    size: 'full',
    table: {
      columns: ['from', 'red', 'warnings'],
      rows: [...history]
        .reverse()
        .map(({ at, fail, warn }) => [momentText(at), countText(fail), countText(warn)]),
    },
    draw: (plot, width) => ({
      height: 200,
      marginLeft: 44,
      marginBottom: 42,
      x: {
        ...{ label: 'UTC', labelArrow: 'none', type: 'utc', ticks: width < 400 ? 3 : 8 },
        tickFormat: utcTick,
      },
      y: { label: 'checks', grid: true, nice: true },
      marks: [
        plot.line(dated, {
          x: 'time',
          y: 'warn',
          curve: 'step-after',
          stroke: COLOUR.short,
          strokeWidth: 2,
          strokeDasharray: '6 3',
        }),
        plot.line(dated, {
          x: 'time',
          y: 'fail',
          curve: 'step-after',
          stroke: COLOUR.red,
          strokeWidth: 2.5,
        }),
        plot.ruleY([0], { stroke: COLOUR.faint }),
      ],
    }),
  };
}
