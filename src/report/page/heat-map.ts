import {
  type CellRun,
  type CoverageFacts,
  PROBLEM_STATES,
  type SeasonCoverage,
} from '../facts/coverage.ts';
import { bareName, countText, pluralText } from '../figures.ts';
import { type Html, html, raw } from '../html.ts';
import { computedDates } from './computed-dates.ts';
import { lookOf, STATES } from './states.ts';

const ROW = 18;
const GAP = 3;
const HEAD = 20;
const WIDEST = 28;
const ROOM = 820;
/** A run of fewer pixels has no room for its letter. */
const LETTER_ROOM = 10;

/** As many reasons keep the page small when everything is wrong; of other cells the state alone is told. */
const MOST_REASONS = 5000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Pixels of a date in the map of a season. */
export function cellWidth(dates: number): number {
  return Math.max(3.5, Math.min(WIDEST, Math.floor((ROOM / Math.max(1, dates)) * 2) / 2));
}

/**
 * The map of one season: a row a table, a column a date with games. Runs of a state are one path, so that ten seasons
 * stay small; the page's script moves a cursor over the same runs and says what stands there.
 */
export function heatMap({ tables }: CoverageFacts, season: SeasonCoverage, index: number): Html {
  const cell = cellWidth(season.dates.length);
  const width = cell * season.dates.length;
  const height = HEAD + tables.length * (ROW + GAP);
  const name = `Coverage of ${season.season}`;
  return html`<div class="heat">
<ol class="heat-tables" aria-hidden="true">${tables.map(
    ({ table }) => html`<li><span title="${table}">${bareName(table)}</span></li>`,
  )}</ol>
<div class="heat-map" tabindex="0" role="application" aria-roledescription="heat map" aria-label="${name}: ${seasonSummary(tables, season)} Arrow keys move over dates and tables, Page Down and Page Up between things to look at." data-season="${index}" data-cell="${cell}">
<svg aria-hidden="true" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${months(season.dates, cell, height)}
${bars(season, cell)}
<rect class="cursor" width="${cell}" height="${ROW}" x="0" y="0" visibility="hidden"/>
</svg>
</div>
<ol class="heat-counts" aria-hidden="true">${season.tables.map((runs) => html`<li>${rowCount(runs)}</li>`)}</ol>
</div>
`;
}

/** The runs of a season as the page's script reads them: state, dates, reason. */
export function seasonData(
  tables: CoverageFacts['tables'],
  seasons: readonly SeasonCoverage[],
): unknown {
  // The newest seasons come first, and so do the reasons that are told.
  const reasons = new Map<string, number>();
  const reasonOf = (text: string): number | undefined => {
    if (!reasons.has(text) && reasons.size < MOST_REASONS) reasons.set(text, reasons.size);
    return reasons.get(text);
  };
  const letters = new Map(STATES.map(({ state }, i) => [state, i]));
  const packed = seasons.map(({ season, dates, tables: rows }) => ({
    season,
    first: dates[0],
    // Days since the date before: a digit or two where a date has ten.
    steps: dates.slice(1).map((date, i) => (Date.parse(date) - Date.parse(dates[i]!)) / 86_400_000),
    rows: rows.map((runs) =>
      runs.map(({ state, length, reason }) => {
        const why = reason === null ? undefined : reasonOf(reason);
        return [letters.get(state), length, ...(why === undefined ? [] : [why])];
      }),
    ),
  }));
  return {
    layout: { row: ROW, gap: GAP, head: HEAD },
    tables: tables.map(({ table }) => table),
    states: STATES.map(({ state, word, meaning }) => ({
      word,
      meaning,
      problem: PROBLEM_STATES.includes(state),
    })),
    reasons: [...reasons.keys()],
    seasons: packed,
  };
}

/** The newest dates of the newest season that were computed, as a season of their own. */
export function newestDates(coverage: CoverageFacts, most: number): SeasonCoverage | null {
  const [season] = coverage.seasons;
  if (season === undefined) return null;
  const newest = computedDates(coverage, season);
  const dates = newest.dates.slice(-most);
  return {
    season: newest.season,
    dates,
    tables: newest.tables.map((runs) => lastOf(runs, dates.length)),
  };
}

function lastOf(runs: readonly CellRun[], dates: number): CellRun[] {
  const last: CellRun[] = [];
  let left = dates;
  for (const run of [...runs].reverse()) {
    if (left === 0) break;
    const length = Math.min(left, run.length);
    last.unshift({ ...run, length });
    left -= length;
  }
  return last;
}

/** Patterns of the states, once a page. */
export function heatPatterns(): Html {
  const line = (state: string, d: string) =>
    `<pattern id="p-${state}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="f-${state}" width="6" height="6"/><path class="m-${state}" d="${d}"/></pattern>`;
  return raw(`<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>
${line('short', 'M-1 7L7 -1')}
${line('red', 'M-1 7L7 -1M-1 -1L7 7')}
${line('missing', 'M1 3h4')}
${line('warned', 'M3 0V6')}
${line('bootstrap', 'M0 3H6')}
</defs></svg>`);
}

/** How many dates of each state, in words, what needs a look first. */
export function seasonSummary(tables: CoverageFacts['tables'], season: SeasonCoverage): string {
  const counts = countStates(season.tables.flat());
  const told = PROBLEM_STATES.filter((state) => counts.has(state)).map(
    (state) => `${countText(counts.get(state)!)} ${lookOf(state).word}`,
  );
  const size = `${pluralText(season.dates.length, 'date')}, ${pluralText(tables.length, 'table')};`;
  return told.length === 0 ? `${size} nothing to look at.` : `${size} ${told.join(', ')}.`;
}

/** Dates by state. */
export function countStates(runs: readonly CellRun[]): Map<CellRun['state'], number> {
  const counts = new Map<CellRun['state'], number>();
  for (const { state, length } of runs) counts.set(state, (counts.get(state) ?? 0) + length);
  return counts;
}

/** What a row holds, in a word: `165`, or what is wrong. */
function rowCount(runs: readonly CellRun[]): Html {
  const counts = countStates(runs);
  const problems = PROBLEM_STATES.filter((state) => counts.has(state));
  if (problems.length > 0) {
    const state = problems[0]!;
    return html`<b class="t-${state}">${countText(counts.get(state)!)} ${lookOf(state).word}</b>`;
  }
  const good = (counts.get('complete') ?? 0) + (counts.get('here') ?? 0);
  return html`${good === 0 ? '–' : countText(good)}`;
}

function bars(season: SeasonCoverage, cell: number): Html {
  const paths = new Map<string, string>();
  const letters: string[] = [];
  season.tables.forEach((runs, row) => {
    const y = HEAD + row * (ROW + GAP);
    let at = 0;
    for (const { state, length } of runs) {
      const [x, width] = [at * cell, length * cell];
      // A hair between two states, where there is room for one.
      paths.set(
        state,
        `${paths.get(state) ?? ''}M${x} ${y}h${width - 0.5}v${ROW}h-${width - 0.5}z`,
      );
      const { letter } = lookOf(state);
      if (letter !== '' && width >= LETTER_ROOM) {
        letters.push(
          `<text class="l-${state}" x="${x + width / 2}" y="${y + 13}">${letter}</text>`,
        );
      }
      at += length;
    }
  });
  return raw(
    [...[...paths].map(([state, d]) => `<path class="c-${state}" d="${d}"/>`), ...letters].join(
      '\n',
    ),
  );
}

function months(dates: readonly string[], cell: number, height: number): Html {
  const marks = dates.flatMap((date, i) => {
    const starts = i === 0 || date.slice(0, 7) !== dates[i - 1]!.slice(0, 7);
    const next = dates.findIndex((later, j) => j > i && later.slice(0, 7) !== date.slice(0, 7));
    const room = ((next === -1 ? dates.length : next) - i) * cell;
    if (!starts) return [];
    const label =
      room < 24
        ? ''
        : `<text class="month" x="${i * cell + 2}" y="12">${MONTHS[Number(date.slice(5, 7)) - 1]}</text>`;
    return [`<path class="month-line" d="M${i * cell} 4V${height}"/>${label}`];
  });
  return raw(marks.join('\n'));
}
