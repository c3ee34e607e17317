import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { code, generated, table } from './markdown.mjs';

/** The name under which results of a kind are reported, where it is not the kind's own. */
const REPORTED = {
  team_rows: 'completeness_team_rows',
  players_complete: 'completeness_players',
  composite_rows: 'completeness_composite_factors',
  coverage: 'coverage_<name>',
  drift: 'drift_<name>',
  range: 'range_<column>',
  inputs_known: 'input_known_<input>',
};

const ROWS_THAT_COUNT = {
  final_games: 'games that the schedule calls final, of the date',
  all_rows: 'every row of the table',
  listed_players: 'players listed for a past game of the date, whether they played or not',
  both_sources: 'team rows that come from a box score and have players',
  scored_games: 'team rows whose game has a score in the schedule',
  whole_teams: "team rows whose players' minutes are those of a whole team",
  active: 'rows of players who are listed as active',
  played: 'rows with more than 0 minutes',
  shot_takers: 'rows with field-goal attempts, of games that have shots',
  dates_with_games: 'dates of the range with a final game',
  ten_earlier_games: 'rows of players with at least ten earlier games of the season',
  known_values: 'rows in which the column is not NULL',
  earlier_history: 'the same coverage over every earlier date',
  past_games: 'games of each date up to the newest one with a final game',
  rows_with_a_team: 'rows that name a team',
  asked_dates: 'days of the asked range',
  all_partitions: 'partitions of the table that the ledger has',
};

/** The page of the gates, from the default file of thresholds and its comments. */
export async function checksPage({ dist, load }) {
  const text = readFileSync(new URL('validate/thresholds/default.yaml', dist), 'utf8');
  const { thresholdsSchema } = await load('validate/thresholds.js');
  const document = parseDocument(text);
  const kinds = document.contents.items.map(({ key, value }) => ({
    kind: key.value,
    what: words(key.commentBefore),
    checks: thresholdsSchema.parse(document.toJS())[key.value],
    asWritten: value.toJS(document),
  }));
  const counted = [...new Set(kinds.flatMap(({ checks }) => checks.map(({ applies }) => applies)))];
  return [
    '# Checks of the gates',
    generated(
      '[src/validate/thresholds/default.yaml](../../src/validate/thresholds/default.yaml), which holds when `gates.thresholds` names no other file',
    ),
    'A check compares what it found with two limits: below `min` it is red (`fail`), below `warn` a warning. With no rows that count it is `not evaluated`, which is no pass. Figures are percent of the rows that count unless the kind says otherwise. What a red verdict stops is in [a red gate](../how-to/red-gate.md). A file of your own has the same form: copy this one, and leave out the checks that you do not want.',
    table(
      ['scope', 'one verdict for'],
      [
        [code('date'), 'each date of the asked range with games'],
        [code('season'), 'each season that the range touches, over all its rows in the replica'],
        [code('all'), 'every row of the replica; for kinds that say so, the range'],
      ],
    ),
    table(
      ['rows that count (`applies`)', 'which'],
      counted.map((name) => [code(name), known(ROWS_THAT_COUNT, name)]),
    ),
    ...kinds.map(section),
    '## Of tables of your own',
    "Every table of the workspace's own models is checked without a line in the file: `unique_key` on each date, and `expected_rows` against what its head `expects` ([own-models.md](../own-models.md)).",
    '## The old thresholds',
    '`gates.thresholds: legacy` takes [legacy.yaml](../../src/validate/thresholds/legacy.yaml), the figures of the old platform in its own keys: shares over everything at once. It is there to compare with; it once passed nights of 12% behind nights of 100%.',
  ].join('\n\n');
}

function section({ kind, what, checks, asWritten }) {
  const own = [
    ...new Set(
      checks.flatMap((check) =>
        Object.keys(check).filter(
          (key) => !['table', 'scopes', 'applies', 'min', 'warn', 'why'].includes(key),
        ),
      ),
    ),
  ];
  const reported = REPORTED[kind] === undefined ? '' : ` Reported as ${code(REPORTED[kind])}.`;
  return [
    `## ${kind}`,
    `${what}${reported}`,
    table(
      ['table', ...own, 'scopes', 'applies', 'red below', 'warning below', 'why'],
      checks.map((check, index) => [
        code(check.table),
        ...own.map((key) => value(asWritten[index][key] ?? check[key])),
        check.scopes.join(', '),
        code(check.applies),
        check.min,
        check.warn,
        check.why,
      ]),
    ),
  ].join('\n\n');
}

function value(given) {
  if (given === undefined) return '';
  if (Array.isArray(given)) return given.map(code).join(', ');
  if (typeof given === 'object') {
    return Object.entries(given)
      .map(([key, each]) => code(`${key}: ${each}`))
      .join(', ');
  }
  return code(given);
}

/** The last paragraph of a comment, as a sentence or two. */
function words(comment = '') {
  const paragraph = comment.split(/\n\s*\n/).at(-1);
  return paragraph
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}

function known(texts, name) {
  const text = texts[name];
  if (text === undefined) throw new Error(`scripts/reference/checks.mjs: no text for "${name}"`);
  return text;
}
