import { createRequire } from 'node:module';

/**
 * DuckDB's client as CommonJS loads it. An `import` of it makes Node read the text of each of its files
 * for the names that it exports, which takes longer than to run them.
 */
export const duckdb = createRequire(import.meta.url)(
  '@duckdb/node-api',
) as typeof import('@duckdb/node-api');
