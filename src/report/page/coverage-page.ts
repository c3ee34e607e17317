import { type CoverageFacts, PROBLEM_STATES, type SeasonCoverage } from '../facts/coverage.ts';
import { bareName, countText, pluralText } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { computedDates } from './computed-dates.ts';
import { countStates, heatMap, seasonSummary } from './heat-map.ts';
import { emptyState } from './parts.ts';
import { lookOf, STATES } from './states.ts';

/** As many runs of problems stand in the table that replaces a map. */
const MOST_ROWS = 200;

/** Dates by table: what is complete, and why what is not. */
export function coveragePage(coverage: CoverageFacts): Html {
  if (coverage.seasons.length === 0) {
    return emptyState('No partition is here yet.', 'hoopduck run');
  }
  return html`<p class="lead">A column is a date with games, a row a table. Point at a cell, tap it, or move with the arrow keys, and the line above the map says what stands there and why.</p>
${legend(coverage)}
${matrix(coverage)}
${coverage.seasons.map((season, i) => seasonBlock(coverage, season, i))}`;
}

function legend({ seasons }: CoverageFacts): Html {
  const used = countStates(seasons.flatMap(({ tables }) => tables.flat()));
  return html`<ul class="states">${STATES.filter(({ state }) => used.has(state)).map(
    ({ state, word, meaning, letter }) =>
      html`<li><svg aria-hidden="true" width="26" height="16" viewBox="0 0 26 16"><path class="c-${state}" d="M0 0h26v16H0z"/>${letter === '' ? null : html`<text class="l-${state}" x="13" y="12">${letter}</text>`}</svg><span><b>${word}</b> ${meaning}</span></li>`,
  )}</ul>`;
}

/** Seasons by table: the same in figures, at a glance. */
function matrix({ tables, seasons }: CoverageFacts): Html {
  return html`<h3 id="matrix-title">Dates with rows, by season</h3>
<div class="scroll" tabindex="0" role="group" aria-labelledby="matrix-title"><table class="matrix">
<thead><tr><th scope="col">table</th>${seasons.map(({ season }) => html`<th scope="col" class="right">${season}</th>`)}</tr></thead>
<tbody>${tables.map(
    (
      { table },
      row,
    ) => html`<tr><th scope="row"><span class="dataset">${table.slice(0, table.indexOf('.'))}</span> ${bareName(table)}</th>${seasons.map((season) => matrixCell(season, row))}</tr>
`,
  )}</tbody></table></div>`;
}

function matrixCell(season: SeasonCoverage, row: number): Html {
  const counts = countStates(season.tables[row]!);
  const problem = PROBLEM_STATES.find((state) => counts.has(state));
  const held = ['complete', 'here', 'warned', 'red', 'short'] as const;
  const found = held.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
  if (problem !== undefined) {
    const { word, letter } = lookOf(problem);
    return html`<td class="right problem t-${problem}" title="${countText(counts.get(problem)!)} ${word}">${countText(found)} <b>${letter}${countText(counts.get(problem)!)}</b></td>`;
  }
  return html`<td class="right${found === 0 ? ' nothing' : ''}">${found === 0 ? '–' : countText(found)}</td>`;
}

function seasonBlock(coverage: CoverageFacts, season: SeasonCoverage, i: number): Html {
  const counts = countStates(season.tables.flat());
  const isOpen = i === 0 || PROBLEM_STATES.some((state) => counts.has(state));
  const computed = computedDates(coverage, season);
  const [first, last] = [computed.dates[0]!, computed.dates.at(-1)!];
  const later = season.dates.length - computed.dates.length;
  return html`<details class="season mapped"${isOpen ? html` open` : null}>
<summary><h3>${season.season}</h3> <span>${first} to ${last}: ${seasonSummary(coverage.tables, computed)}${later === 0 ? null : ` Not computed: ${pluralText(later, 'later date')}.`}</span></summary>
<p class="tip" role="status"></p>
${heatMap(coverage, season, i)}
${problemTable(coverage, season)}
</details>
`;
}

/** The map's problems in words, for whoever does not see it. */
function problemTable({ tables }: CoverageFacts, season: SeasonCoverage): Html {
  const rows = season.tables.flatMap((runs, row) => {
    let at = 0;
    return runs.flatMap(({ state, length, reason }) => {
      const [from, to] = [season.dates[at]!, season.dates[at + length - 1]!];
      at += length;
      if (!PROBLEM_STATES.includes(state) && state !== 'bootstrap') return [];
      return [{ table: tables[row]!.table, from, to, length, state, reason }];
    });
  });
  const title = `What is not complete in ${season.season}`;
  if (rows.length === 0) {
    return html`<p class="note">Every date of ${season.season} is complete, or as its source has it.</p>`;
  }
  rows.sort((a, b) => rank(a.state) - rank(b.state));
  const more = rows.length - MOST_ROWS;
  return html`<details class="figures"><summary>${title} (${countText(rows.length)})</summary>
<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table>
<thead><tr><th scope="col">state</th><th scope="col">table</th><th scope="col">dates</th><th scope="col">why</th></tr></thead>
<tbody>${rows.slice(0, MOST_ROWS).map(
    ({ table, from, to, length, state, reason }) =>
      html`<tr><th scope="row"><span class="badge b-${state}">${lookOf(state).word}</span></th><td>${table}</td><td>${from === to ? from : `${from} to ${to} (${countText(length)})`}</td><td>${reason ?? lookOf(state).meaning}</td></tr>
`,
  )}</tbody></table>${more > 0 ? html`<p>and ${countText(more)} more</p>` : null}</div></details>`;
}

function rank(state: string): number {
  return STATES.findIndex((look) => look.state === state);
}
