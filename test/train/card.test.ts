import { expect, test } from 'vitest';
import { modelCard } from '../../src/train/card/card.ts';
import type { CardFacts } from '../../src/train/card/facts.ts';
import { cardHtml, escapeHtml } from '../../src/train/card/html.ts';
import { cardMarkdown, escapeMarkdown } from '../../src/train/card/markdown.ts';
import { cardFacts as facts, feature, worth } from './card-facts.ts';

const markdown = (given: CardFacts) => modelCard(given)['card.md'];

test('a card says what it predicts, from which rows, and how good it is beside the trivial predictors', () => {
  const card = markdown(facts());
  for (const line of [
    '# Model points-5ff2416e1ef5',
    '| **4.447** | **4.727** | **5.9% closer** | **79.4%** | **27,895** |',
    '| train | 2016-10-25 | 2023-06-12 | 2016-17 to 2022-23 | 180,000 | the trees grow on it |',
    '| test | 2024-10-22 | 2025-06-22 | 2024-25 | 27,999 | was not looked at before the model stood |',
    '| `hoopduck.feature_default` | 2 | `abcdef012345` |',
    '| lines | lines | 3 of 3 | 150,000 | 27,000 | 312 + 298 | no need |',
    '| plain | nothing | 2 of 3 | 180,000 | 27,952 | 340 | no need |',
    '| **this model** | 4.447 |  |  |  | 5.947 | -0.900 | +0.125 | 43.2% | 65.0% |',
    '| mean of his last 10 games | 4.727 | 5.9% closer | +0.280 | +0.250 to +0.310 | 6.227 | +0.010 | +0.125 | 43.2% | 65.0% |',
    '| bench | 20,000 | 3.200 | 4.727 | 4.661 | 32.3% closer | -0.900 |',
    '| `points_ewm_3` | Weighted mean of points. | +0.300 | 0.002 | 75.0% |',
    'hoopduck train --from 2016-10-25 --validate-from 2023-10-24 --test-from 2024-10-22 --to 2025-06-22 --features default --engine wasm',
    '- `model-lines.json`, `model-lines-2.json`, `model-plain.json`: the trees, in the JSON of XGBoost 1.7, which later versions read.',
  ]) {
    expect(card.split('\n')).toContain(line);
  }
  expect(card).toContain('its predictions are 0.900 points below the results on average');
  // Tiers go up, and features that no split uses are not shown.
  expect(card.indexOf('| bench |')).toBeLessThan(card.indexOf('| star |'));
  expect(card).not.toContain('| `unused` |');
  expect(card).not.toContain('Warning');
});

test('gains on the trivial predictors and intervals stand with what they are measured against', () => {
  const card = markdown(facts()).split('\n');
  for (const line of [
    '| all compared | 27,895 | 79.4% | 13.970 | 90.0% | 18.000 | 3.106 |',
    '| the same by last 10 and its own residuals | 27,895 | 79.4% | 13.970 | 90.0% | 18.000 | 3.278 |',
    '| member plain | 27,895 | 79.4% | 13.970 | 90.0% | 18.000 | 3.106 |',
  ]) {
    expect(card).toContain(line);
  }
  expect(card.filter((line) => line.includes('| +0.250 to +0.310 |'))).toHaveLength(4);
});

test('a card warns of what speaks against the model', () => {
  const { training, manifest } = facts();
  const compared = { ...training.test.compared, n: 120, model_mae: 4.8 };
  const card = markdown(
    facts({
      training: { ...training, test: { ...training.test, compared } },
      manifest: {
        ...manifest,
        rows: { filter: 'minutes_played >= 10', excluded_dates: ['2024-11-05'] },
        gates: {
          red: [
            {
              ...{ check: 'completeness', table: 'nba_analytics.player_game_summary' },
              ...{ scope: 'date', scope_value: '2024-11-06', found: 1, wanted: 2, detail: null },
            },
          ],
          alarms: [],
          forced: 'looked at it',
        },
      },
    }),
  );
  const warnings = card.split('\n').filter((line) => line.startsWith('> **Warning:**'));
  expect(warnings).toEqual([
    '> **Warning:** Rows are filtered by `minutes_played >= 10`. What a filter asks may be known only after the game, so that these figures compare with other filtered ones and are no level of service.',
    '> **Warning:** Only 120 test rows were compared: the figures are rough.',
    '> **Warning:** It is not better than the mean of the last 10 games on the same rows. Push refuses its predictions.',
    '> **Warning:** It was trained past red gates (completeness of nba_analytics.player_game_summary (2024-11-06)) for this reason: looked at it',
  ]);
  expect(card).toContain('Dates left out, on record: 2024-11-05.');
  expect(card).toContain(" --exclude 2024-11-05 --force --reason 'looked at it'");
});

test('a model without a compared row says that it was not evaluated', () => {
  const { training } = facts();
  const none = {
    ...{ n: 0, model_mae: null, last_10_mae: null },
    ...{ last_5_mae: null, season_mae: null, mix_mae: null },
  };
  const card = markdown(
    facts({ training: { ...training, test: { ...training.test, compared: none } } }),
  );
  expect(card).toContain('| **-** | **-** | **-** | **79.4%** | **0** |');
  expect(card).toContain('> **Warning:** It was not evaluated: no test row has an earlier game.');
});

test('text from a workspace cannot break out of either form', () => {
  const { manifest, features, metrics } = facts();
  const hostile = `<script>alert("1")</script> | ' \`x\` **b** [l](u)`;
  const given = facts({
    manifest: {
      ...manifest,
      rows: { filter: hostile, excluded_dates: [] },
      gates: { ...manifest.gates, forced: `${hostile}\n# new` },
    },
    features: { ...features, features: [feature(hostile, hostile)] },
    metrics: {
      ...metrics,
      feature_importance: { [hostile]: 1 },
      permutation: { rows: 10, mae: 4, features: [worth(hostile, 1)] },
    },
  });
  const { 'card.md': md, 'card.html': html } = modelCard(given);
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; | &#39; `x`');
  // Within code Markdown shows a tag as text; elsewhere it is escaped.
  const outsideCode = md.replaceAll(/```.*?```|(`+)[^`](?:.*?[^`])?\1(?!`)/gs, '');
  expect(outsideCode).not.toMatch(/(?<!\\)<script/);
  expect(outsideCode).toContain('\\<script>');
  expect(outsideCode.split('\n').filter((line) => line.startsWith('# '))).toEqual([
    '# Model points-5ff2416e1ef5',
  ]);
  const row = md.split('\n').find((line) => line.endsWith('| 100.0% |'))!;
  // Five cells: the pipes of the name and of the meaning are escaped.
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
});

test('the HTML stands for itself: nothing is loaded, nothing is run, and it knows the dark', () => {
  const html = modelCard(facts())['card.html'];
  expect(html).not.toMatch(/<script|<link|<img|<iframe|https?:|url\(|@import|\son\w+=/);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain('@media (prefers-color-scheme: dark)');
  expect(html).toContain('<title>Model points-5ff2416e1ef5</title>');
  // The largest share has the whole bar, the others theirs of it.
  expect(html.match(/style="width: [\d.]+%"/g)).toEqual([
    'style="width: 100.0%"',
    'style="width: 33.3%"',
  ]);
  const open = [...html.matchAll(/<(section|table|tr|th|td|p|ul|li|div|pre|code)\b/g)];
  const closed = [...html.matchAll(/<\/(section|table|tr|th|td|p|ul|li|div|pre|code)>/g)];
  expect(open.length).toBe(closed.length);
});

test('escapes are exact', () => {
  expect(escapeHtml(`<a href="x">'&'</a>`)).toBe(
    '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;',
  );
  expect(escapeMarkdown('a_b _c_ *d* | <e> > f & &amp; \\')).toBe(
    'a_b \\_c\\_ \\*d\\* \\| \\<e> > f & \\&amp; \\\\',
  );
  const card = cardMarkdown({
    title: 't',
    lead: '1. not a list',
    headlines: [],
    sections: [
      {
        title: 's',
        blocks: [
          {
            kind: 'list',
            items: ['- no list in a list', '# no title', ['2) ', { code: 'a`b|c' }]],
          },
          { kind: 'code', language: 'python', text: '```\ninner\n```' },
        ],
      },
    ],
  });
  expect(card).toContain('1\\. not a list');
  expect(card).toContain('- \\- no list in a list\n- \\# no title\n- 2\\) ``a`b\\|c``');
  expect(card).toContain('````python\n```\ninner\n```\n````');
  expect(cardHtml({ title: '<t>', lead: '', headlines: [], sections: [] })).toContain(
    '<h1>&lt;t&gt;</h1>',
  );
});
