import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { code, generated, plain, table } from './markdown.mjs';

/** The rows of player_game_summary that a coverage can count. */
const ROW_SETS = {
  active: 'rows of players who are listed as active',
  played: 'rows with more than 0 minutes',
  shot_takers: 'rows with field-goal attempts, of games that have shots',
  all_rows: 'every row',
};

/** The page of the gates, from the default file of thresholds and its comments. */
export async function checksPage({ dist, load }) {
  const text = readFileSync(new URL('validate/thresholds/default.yaml', dist), 'utf8');
  const { thresholdsSchema, ROW_SETS: sets } = await load('validate/thresholds.js');
  const { COUNTED } = await load('validate/explain/words.js');
  const { namesOf } = await load('validate/check-names.js');
  const document = parseDocument(text);
  const kinds = document.contents.items.map(({ key, value }) => ({
    kind: key.value,
    what: words(key.commentBefore),
    counted: COUNTED[key.value],
    names: (check) => namesOf(key.value, check).map(({ name }) => name),
    checks: thresholdsSchema.parse(document.toJS())[key.value],
    asWritten: value.toJS(document),
  }));
  return [
    '# Checks of the gates',
    generated(
      '[src/validate/thresholds/default.yaml](../../src/validate/thresholds/default.yaml), which holds when `gates.thresholds` names no other file',
    ),
    'A check compares what it found with two limits: below `min` it is red (`fail`), below `warn` a warning. With no rows that count it is `not evaluated`, which is no pass. Figures are percent of the rows that count unless the kind says otherwise. What a red verdict stops is in [gates.md](../gates.md). A file of your own has the same form, or `extends` this one and says what is other ([gates.md](../gates.md#thresholds-of-your-own)).',
    table(
      ['scope', 'one verdict for'],
      [
        [code('date'), 'each date of the asked range with games'],
        [code('season'), 'each season that the range touches, over all its rows in the replica'],
        [code('all'), 'every row of the replica; for kinds that say so, the range'],
      ],
    ),
    table(
      ['rows that a coverage counts (`applies`)', 'which'],
      sets.map((name) => [code(name), known(ROW_SETS, name)]),
    ),
    ...kinds.map(section),
    '## Of tables of your own',
    "Every table of the workspace's own models is checked without a line in the file: `unique_key` on each date, and `expected_rows` against what its head `expects` ([own-models.md](../own-models.md)).",
    '## The old thresholds',
    '`gates.thresholds: legacy` takes [legacy.yaml](../../src/validate/thresholds/legacy.yaml), the figures of the old platform in its own keys: shares over everything at once. It is there to compare with; it once passed nights of 12% behind nights of 100%.',
  ].join('\n\n');
}

function section({ kind, what, checks, asWritten, counted, names }) {
  const own = [
    ...new Set(
      checks.flatMap((check) =>
        Object.keys(check).filter(
          (key) => !['table', 'scopes', 'applies', 'min', 'warn', 'why'].includes(key),
        ),
      ),
    ),
  ];
  return [
    `## ${kind}`,
    plain(`${what} What counts: ${counted.denominator.replaceAll('{feature}', 'its columns')}.`),
    table(
      ['reported as', 'table', ...own, 'scopes', 'applies', 'red below', 'warning below', 'why'],
      checks.map((check, index) => [
        names(check).map(code).join(', '),
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
