/** Columns that say the date of a row, in tables of which nothing else is known. */
export const DATE_COLUMNS = ['game_date', 'analysis_date', 'cache_date'] as const;
