/** Columns that say when and by which run a row was written; they are no part of its content. */
export const BOOKKEEPING_COLUMNS: ReadonlySet<string> = new Set([
  'processed_at',
  'created_at',
  'graded_at',
  'run_date',
  'data_hash',
  'is_production_ready',
]);
