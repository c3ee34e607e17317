import { bar } from '../console/bar.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { duration } from '../format.ts';

/** What a stage did and how long it took. */
export interface TimedStage {
  readonly name: string;
  readonly status: string;
  readonly seconds: number;
}

const BAR_WIDTH = 24;

const STATUS_WORDS: Readonly<Record<string, string>> = {
  nothing: 'nothing to do',
  failed: 'failed',
  skipped: 'skipped',
};

/** Stages, the slowest first, each with a bar of its share of the slowest; indented by two columns. */
export function stageBars(stages: readonly TimedStage[], style: Style): string {
  const slowest = Math.max(...stages.map(({ seconds }) => seconds), Number.MIN_VALUE);
  const rows = [...stages]
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ name, status, seconds }) => {
      const words = STATUS_WORDS[status] ?? '';
      const drawn = bar(seconds / slowest, BAR_WIDTH, style);
      return [
        '',
        name,
        duration(seconds),
        style.cyan(drawn) + ' '.repeat(BAR_WIDTH - drawn.length),
        status === 'failed' ? style.red(words) : style.dim(words),
      ];
    });
  const columns = [
    { title: '' },
    { title: '' },
    { title: '', align: 'right' as const },
    { title: '' },
    { title: '' },
  ];
  return table(columns, rows, style).split('\n').slice(1).join('\n');
}
