import type { CoverageFacts } from './facts/coverage.ts';
import type { ReportFacts } from './facts/facts.ts';
import { momentText, pluralText } from './figures.ts';

/** `act`: something is wrong; `look`: something should be decided; `well`: nothing to do. */
export type Level = 'well' | 'look' | 'act';

/** Something that a person should know of, and what to do next. */
export interface Matter {
  readonly level: 'act' | 'look';
  readonly text: string;
  readonly next: string;
  /** The page that shows it. */
  readonly page: string;
}

/** Whether everything is well this morning. */
export interface Morning {
  readonly level: Level;
  readonly headline: string;
  /** The gravest first. */
  readonly matters: readonly Matter[];
}

/** Judges a workspace by its facts. */
export function morningOf(facts: ReportFacts): Morning {
  if (facts.coverage.seasons.length === 0) {
    const next = 'hoopduck run';
    const matter = {
      level: 'look',
      text: 'No partition is here yet.',
      next,
      page: 'runs',
    } as const;
    return { level: 'look', headline: 'Nothing is here yet', matters: [matter] };
  }
  const matters = [
    ...runMatters(facts),
    ...gateMatters(facts),
    ...coverageMatters(facts.coverage),
    ...modelMatters(facts),
    ...pushMatters(facts),
  ].sort((a, b) => Number(a.level === 'look') - Number(b.level === 'look'));
  const acts = matters.filter(({ level }) => level === 'act').length;
  const looks = matters.length - acts;
  if (acts > 0) {
    const also = looks === 0 ? '' : `, ${looks} to look at`;
    return { level: 'act', headline: `${pluralText(acts, 'thing')} to put right${also}`, matters };
  }
  if (looks > 0) {
    const headline = `Sound, with ${pluralText(looks, 'thing')} to look at`;
    return { level: 'look', headline, matters };
  }
  return { level: 'well', headline: 'Everything is well', matters };
}

function runMatters({ runs }: ReportFacts): Matter[] {
  const last = runs[0];
  if (last === undefined || last.exit_code === 0) return [];
  const when = `The last run, "${last.command}" of ${momentText(last.started_at)},`;
  if (last.exit_code === null) {
    return [
      {
        level: 'look',
        text: `${when} is running, or was killed.`,
        next: 'hoopduck status',
        page: 'runs',
      },
    ];
  }
  const why =
    last.exit_code === 130
      ? 'was stopped by Ctrl-C.'
      : last.exit_code === 3
        ? 'could not reach the warehouse (exit 3).'
        : `ended with exit ${last.exit_code}.`;
  return [{ level: 'act', text: `${when} ${why}`, next: `hoopduck ${last.command}`, page: 'runs' }];
}

function gateMatters({ gates }: ReportFacts): Matter[] {
  if (gates === null) {
    return [
      {
        level: 'look',
        text: 'The gates have judged nothing yet.',
        next: 'hoopduck validate',
        page: 'gates',
      },
    ];
  }
  const { fail } = gates.counts;
  if (fail === 0) return [];
  const first = gates.findings[0]!;
  const text = `${pluralText(fail, 'check')} ${fail === 1 ? 'is' : 'are'} red, first ${first.check} of ${first.table} (${first.n === 1 ? first.scope_value : `${pluralText(first.n, 'date')}, ${first.first} to ${first.scope_value}`}). Red dates are neither trained on nor pushed.`;
  return [
    {
      level: 'act',
      text,
      next: 'hoopduck sync && hoopduck transform && hoopduck validate',
      page: 'gates',
    },
  ];
}

function coverageMatters({ seasons, tables }: CoverageFacts): Matter[] {
  const newest = seasons[0]!;
  const counts = { short: 0, missing: 0 };
  const named = new Set<string>();
  newest.tables.forEach((runs, i) => {
    for (const { state, length } of runs) {
      if (state !== 'short' && state !== 'missing') continue;
      counts[state] += length;
      named.add(tables[i]!.table);
    }
  });
  if (named.size === 0) return [];
  const parts = (['short', 'missing'] as const)
    .filter((state) => counts[state] > 0)
    .map(
      (state) =>
        `${pluralText(counts[state], 'partition')} ${counts[state] === 1 ? 'is' : 'are'} ${state}`,
    );
  const text = `In ${newest.season} ${parts.join(' and ')}, in ${pluralText(named.size, 'table')}.`;
  return [{ level: 'act', text, next: 'hoopduck run', page: 'coverage' }];
}

function modelMatters({ model, monitor }: ReportFacts): Matter[] {
  if (model === null) {
    return [
      { level: 'look', text: 'No model is trained yet.', next: 'hoopduck train', page: 'model' },
    ];
  }
  return (monitor?.alarms ?? []).map(({ message, next }) => ({
    ...{ level: 'look' as const, text: message, next, page: 'model' },
  }));
}

function pushMatters({ pushes, push_target }: ReportFacts): Matter[] {
  const last = pushes[0];
  if (last === undefined) {
    if (push_target === null) return [];
    return [
      {
        level: 'look',
        text: 'Nothing was pushed yet.',
        next: 'hoopduck push --dry-run',
        page: 'pushes',
      },
    ];
  }
  if (last.status !== 'done') {
    const text = `The last push, of ${momentText(last.started_at)}, is ${last.status}.`;
    return [{ level: 'act', text, next: 'hoopduck push --resume', page: 'pushes' }];
  }
  if (last.refused !== null && last.refused > 0) {
    const text = `The last push refused ${pluralText(last.refused, 'partition')}.`;
    return [{ level: 'act', text, next: 'hoopduck push --dry-run', page: 'pushes' }];
  }
  return [];
}
