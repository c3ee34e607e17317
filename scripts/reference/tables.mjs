import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { code, generated, plain, table } from './markdown.mjs';

/** The page of all tables: raw ones by their texts, computed ones by heads and column comments, the ledger by its SQL. */
export async function tablesPage({ dist, load }) {
  const { Replica } = await load('replica/replica.js');
  const { createRawTables } = await load('sync/land.js');
  const { refreshRawValues } = await load('transforms/raw-values.js');
  const { createPredictionTables } = await load('train/prediction-tables.js');
  const { tableKeys } = await load('pipeline/table-keys.js');
  const { loadModels } = await load('transforms/graph.js');
  const models = loadModels();
  const replica = await Replica.open(':memory:');
  try {
    await createRawTables(replica);
    await refreshRawValues(replica);
    const { modelColumns, createTableSql } = await load('transforms/model-table.js');
    for (const model of models) {
      const sql = model.sql.replace(/@(from_date|to_date)\b/g, 'CAST($$$1 AS DATE)');
      const bound = Object.fromEntries(
        ['from_date', 'to_date']
          .filter((name) => sql.includes(`$${name}`))
          .map((name) => [name, '2000-01-01']),
      );
      await replica.run(createTableSql(model, await modelColumns(replica, model, sql, bound)));
    }
    const { commentTables } = await load('replica/column-comments.js');
    await commentTables(
      replica,
      models.filter(({ name }) => name.startsWith('nba_')),
    );
    await createPredictionTables(replica);
    const columns = await columnsOf(replica);
    const descriptions = new Map(
      (
        await replica.rows(
          "SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables() WHERE NOT internal AND comment IS NOT NULL",
        )
      ).map(({ name, comment }) => [name, comment]),
    );
    const { reachText } = await load('transforms/reach.js');
    const computed = models.filter(({ name }) => name.startsWith('nba_'));
    const known = new Set(models.map(({ name }) => name));
    const others = [...descriptions.keys()].filter((name) => !known.has(name)).sort();
    const key = tableKeys(null);
    return [
      '# Tables',
      generated(
        'the heads of the models, the [comments of their columns](../../src/replica/column-comments.yaml), [raw-tables.ts](../../src/config/raw-tables.ts) with [its texts](../../src/config/raw-table-texts.yaml), and the SQL of the ledger',
      ),
      "All of them are in `data/replica.duckdb`, which any DuckDB from 1.4 on opens, and `hoopduck query` reads. Dates are those of the league (US Eastern), timestamps UTC. What is unknown is NULL, never 0. Figures are not rounded to production's scale; a push does that.",
      table(
        ['dataset', 'what it holds', 'who writes it'],
        [
          [code('nba_raw'), '[what the warehouse has](#raw-tables)', '`sync`'],
          [code('nba_analytics'), '[what happened](#analytics)', '`transform`'],
          [code('nba_precompute'), '[what was known before each date](#precompute)', '`transform`'],
          ...(others.some((name) => name.startsWith('nba_quality.'))
            ? [
                [
                  code('nba_quality'),
                  '[what the gates found](#predictions-and-quality)',
                  '`validate`',
                ],
              ]
            : []),
          [
            code('nba_predictions'),
            '[predictions and how they fared](#predictions-and-quality)',
            '`train`, `predict`',
          ],
          [
            code('hoopduck'),
            '[steps between](#steps-between), features, and [the ledger](#the-ledger)',
            'all',
          ],
        ],
      ),
      '## Raw tables',
      'Columns are those that the models read; more of them are taken as they come. Every raw table holds re-scraped rows; of each key the newest counts.',
      ...(await rawTables(dist, load, key)),
      '## Analytics',
      ...computed
        .filter(({ name }) => name.startsWith('nba_analytics.'))
        .map((model) => modelSection(model, columns, reachText)),
      '## Precompute',
      'A row of a date is computed from earlier dates, the schedule, and what was known before tip-off.',
      ...computed
        .filter(({ name }) => name.startsWith('nba_precompute.'))
        .map((model) => modelSection(model, columns, reachText)),
      '## Predictions and quality',
      ...others.map((name) =>
        [
          `### ${name}`,
          plain(descriptions.get(name)),
          ...(key(name) === undefined ? [] : [`Key: ${key(name).columns.map(code).join(', ')}.`]),
          columnTable(columns.get(name), name),
        ].join('\n\n'),
      ),
      '## Steps between',
      'Not pushed. The columns of the feature tables are in [features.md](../features.md), those of the others in their `SELECT`.',
      table(
        ['table', 'what a row is', 'key'],
        models
          .filter(({ name }) => name.startsWith('hoopduck.'))
          .map((model) => [
            `[${code(model.name)}](${source(model)})`,
            firstSentence(said(model.description)),
            model.key.map(code).join(', '),
          ]),
      ),
      '## The ledger',
      'What the replica knows of its partitions, runs, checks, pushes and models. Read it with `hoopduck query`; it may change with a version.',
      ...ledgerTables(dist),
    ].join('\n\n');
  } finally {
    replica.close();
  }
}

async function rawTables(dist, load, key) {
  const { RAW_TABLES } = await load('config/raw-tables.js');
  const texts = parse(readFileSync(new URL('config/raw-table-texts.yaml', dist), 'utf8'));
  const used = new Set();
  const sections = RAW_TABLES.map(({ name, needed, columns }) => {
    const own = texts.tables[name];
    if (own === undefined)
      throw new Error(`raw-table-texts.yaml has no text for the table "${name}".`);
    const rows = Object.entries(columns).map(([column, type]) => {
      const text = own.columns?.[column] ?? texts.columns[column];
      if (text === undefined)
        throw new Error(`raw-table-texts.yaml has no text for "${name}.${column}".`);
      used.add(own.columns?.[column] === undefined ? column : `${name}.${column}`);
      return [code(column), type, text];
    });
    return [
      `### nba_raw.${name}`,
      `One row is ${own.row}. Key: ${key(`nba_raw.${name}`).columns.map(code).join(', ')}. ${needed ? 'Needed.' : 'Not needed: a run goes on without it.'}`,
      table(['column', 'type', 'meaning'], rows),
    ].join('\n\n');
  });
  const written = [
    ...Object.keys(texts.columns),
    ...Object.entries(texts.tables).flatMap(([name, { columns = {} }]) =>
      Object.keys(columns).map((column) => `${name}.${column}`),
    ),
  ];
  const idle = written.filter((name) => !used.has(name));
  if (idle.length > 0)
    throw new Error(
      `raw-table-texts.yaml speaks of columns that no raw table has: ${idle.join(', ')}.`,
    );
  return sections;
}

async function columnsOf(replica) {
  const rows = await replica.rows(
    `SELECT schema_name || '.' || table_name AS name, column_name AS "column", data_type AS type, comment
     FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal ORDER BY name, column_index`,
  );
  return Map.groupBy === undefined ? groupBy(rows) : Map.groupBy(rows, ({ name }) => name);
}

function groupBy(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.name, [...(groups.get(row.name) ?? []), row]);
  return groups;
}

function modelSection(model, columns, reachText) {
  const inputs = model.inputs.map(
    ({ table: name, reaches }) => `${code(name)} (${reaches.map(reachText).join('; ')})`,
  );
  return [
    `### ${model.name}`,
    said(model.description),
    [
      `Key: ${model.key.map(code).join(', ')}.`,
      ...(model.expectation === null ? [] : [`Expected: ${model.expectation}.`]),
      ...(model.skipsBootstrap ? ['Days 0 to 13 of a season have no rows by design.'] : []),
      `Formulas: [${model.file}](${source(model)}). It reads ${inputs.join(', ')}.`,
    ].join(' '),
    columnTable(columns.get(model.name), model.name),
  ].join('\n\n');
}

function columnTable(columns, name) {
  const rows = columns.map(({ column, type, comment }) => {
    if (comment === null) throw new Error(`The column "${name}.${column}" has no comment.`);
    return [code(column), type, comment];
  });
  return table(['column', 'type', 'meaning'], rows);
}

function source({ file }) {
  return `../../src/transforms/${file}`;
}

/** The text of a head without its references to the specification. */
function said(description) {
  return plain(description.replaceAll(/ \((SPEC\b[^()]*|the [^()]* of SPEC\b[^()]*)\)/g, ''));
}

function firstSentence(text) {
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

/** The ledger's tables and columns with the comments that stand beside them in its SQL. */
function ledgerTables(dist) {
  const folder = new URL('ledger/', dist);
  const files = readdirSync(folder)
    .filter((file) => /^schema(-\d+)?\.sql$/.test(file))
    .sort((a, b) => number(a) - number(b));
  const tables = new Map();
  for (const file of files) {
    const sql = readFileSync(new URL(file, folder), 'utf8');
    for (const [, name, about, body] of sql.matchAll(
      /^CREATE TABLE hoopduck\.(\w+) \([ ]*(?:-- (.*))?\n([\s\S]*?)^\);/gm,
    )) {
      const columns = [...body.matchAll(/^ {2}(\w+) ([A-Z]+)(?: NOT NULL)?,?[ ]*(?:-- (.*))?$/gm)];
      tables.set(name, {
        about,
        columns: columns.map(([, column, type, text]) => [column, type, text]),
      });
    }
    for (const [, name, column, type, text] of sql.matchAll(
      /^ALTER TABLE hoopduck\.(\w+) ADD COLUMN (\w+) ([A-Z]+)[^;]*;[ ]*(?:-- (.*))?$/gm,
    )) {
      tables.get(name).columns.push([column, type, text]);
    }
    for (const [, name] of sql.matchAll(/^DROP TABLE(?: IF EXISTS)? hoopduck\.(\w+)/gm))
      tables.delete(name);
  }
  return [...tables].map(([name, { about, columns }]) =>
    [
      `### hoopduck.${name}`,
      ...(about === undefined ? [] : [`${about.charAt(0).toUpperCase()}${about.slice(1)}.`]),
      table(
        ['column', 'type', 'meaning'],
        columns.map(([column, type, text]) => [code(column), type, text]),
      ),
    ].join('\n\n'),
  );
}

function number(file) {
  return Number(/-(\d+)/.exec(file)?.[1] ?? 1);
}
