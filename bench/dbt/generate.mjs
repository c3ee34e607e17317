// Turns the model files into a dbt project: a model each, with refs, built as a table. Macros and types of the
// dialect are made at the start of a run, stored in the file, because dbt opens several connections.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @param options.dist the compiled program, whose models and dialect are taken
 * @param options.database the DuckDB file, which holds the raw tables already
 * @param options.to the last date; the span begins before every date, as the first build of hoopduck does
 * @returns the names of the tables, `dataset.table`
 */
export async function generateProject(folder, { dist, database, to, threads = 2 }) {
  const models = readModels(join(dist, 'transforms', 'models'));
  const names = new Set(models.map(({ name }) => name));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'models'), { recursive: true });
  mkdirSync(join(folder, 'macros'));
  for (const { name, text } of models) {
    const [dataset, table] = name.split('.');
    const sql = text
      // Comments name tables, too, and would be read as dependencies.
      .replace(/--.*$/gm, '')
      .replace(/@from_date\b/g, "DATE '1900-01-01'")
      .replace(/@to_date\b/g, `DATE '${to}'`)
      .replace(/\b(\w+)\.(\w+)\b/g, (whole, d, t) =>
        names.has(`${d}.${t}`) ? `{{ ref('${d}__${t}') }}` : whole,
      );
    writeFileSync(
      join(folder, 'models', `${dataset}__${table}.sql`),
      `{{ config(schema='${dataset}', alias='${table}') }}\n${sql.trim().replace(/;$/, '')}\n`,
    );
  }
  writeFileSync(
    join(folder, 'macros', 'schema.sql'),
    '{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}\n',
  );
  const { SESSION_SQL } = await import(pathToFileURL(join(dist, 'replica', 'dialect.js')).href);
  write(folder, 'dbt_project.yml', {
    name: 'hoopduck_bench',
    version: '1.0',
    'config-version': 2,
    profile: 'hoopduck_bench',
    flags: { send_anonymous_usage_stats: false },
    models: { hoopduck_bench: { '+materialized': 'table' } },
    'on-run-start': SESSION_SQL.filter((sql) => sql.startsWith('CREATE')).map(lasting),
  });
  const target = { type: 'duckdb', path: database, schema: 'main', threads };
  write(folder, 'profiles.yml', {
    hoopduck_bench: {
      target: 'bench',
      outputs: { bench: { ...target, settings: { threads, TimeZone: 'UTC' } } },
    },
  });
  return [...names].sort();
}

/** A statement for the session as one whose macro or type stays in the file. */
function lasting(sql) {
  return sql
    .replace('CREATE OR REPLACE TEMP MACRO ', 'CREATE OR REPLACE MACRO main.')
    .replace('CREATE TEMP TYPE ', 'CREATE TYPE IF NOT EXISTS main.');
}

/** Every `<dataset>/<table>.sql`, however many there are. */
function readModels(root) {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: dataset }) =>
      readdirSync(join(root, dataset))
        .filter((file) => file.endsWith('.sql'))
        .map((file) => ({
          name: `${dataset}.${file.replace(/\.sql$/, '')}`,
          text: readFileSync(join(root, dataset, file), 'utf8'),
        })),
    );
}

/** JSON is YAML. */
function write(folder, name, document) {
  writeFileSync(join(folder, name), `${JSON.stringify(document, null, 2)}\n`);
}
