// Tables of other programs against those of hoopduck, attached as `ours`.
import { join } from 'node:path';
import { markdown } from './measure.mjs';

/** Relative and absolute: the sums of windows are in another order there. */
const TOLERANCE = 1e-6;

/** The same SQL on the same engine: every row of every table has to be the same. */
export async function compareWithDbt(duckdb, database, tables) {
  await duckdb.run(`ATTACH '${database}' AS theirs (READ_ONLY)`);
  let same = 0;
  const differing = [];
  for (const name of tables) {
    const columns = (await columnsOf(duckdb, 'theirs', name)).map((column) => column.name);
    const list = (database) =>
      columns
        .map((column) => `CAST("${column}" AS ${database.types.get(column)}) AS "${column}"`)
        .join(', ');
    const types = new Map(
      (await columnsOf(duckdb, 'ours', name)).map((column) => [column.name, column.type]),
    );
    const [a, b] = [
      `SELECT ${list({ types })} FROM ours.${name}`,
      `SELECT ${list({ types })} FROM theirs.${name}`,
    ];
    const [{ rows, different }] = await rowsOf(
      duckdb,
      `SELECT (SELECT count(*) FROM ours.${name}) AS rows,
         (SELECT count(*) FROM (${a} EXCEPT ALL ${b})) + (SELECT count(*) FROM (${b} EXCEPT ALL ${a})) AS different`,
    );
    if (Number(different) === 0) same++;
    else differing.push(`${name}: ${different} of ${rows} rows`);
  }
  console.log(
    `\ndbt: ${same} tables equal in every row${differing.length === 0 ? '' : `; different: ${differing.join(', ')}`}`,
  );
  await duckdb.run('DETACH theirs');
}

/** Column by column over the rows of a key: equal, or within the tolerance. */
export async function compareWithPandas(duckdb, folder) {
  const rows = [
    [
      'table',
      'rows',
      'keys that match',
      'columns compared',
      'equal in every row',
      'cells that differ',
      'left out',
    ],
  ];
  const found = [];
  for (const file of await rowsOf(
    duckdb,
    `SELECT file FROM glob('${join(folder, '*.parquet')}')`,
  )) {
    const name = file.file.split('/').at(-1).replace('.parquet', '');
    const theirs = `read_parquet('${file.file}')`;
    const held = new Set(
      (await rowsOf(duckdb, `DESCRIBE SELECT * FROM ${theirs}`)).map((c) => c.column_name),
    );
    const all = await columnsOf(duckdb, 'ours', name);
    const keys = keyOf(name);
    const compared = all.filter((c) => held.has(c.name) && !keys.includes(c.name));
    const leftOut = all.map((c) => c.name).filter((c) => !held.has(c));
    const on = keys.map((c) => `o."${c}" = t."${c}"`).join(' AND ');
    const differs = compared.map(({ name: c, type }) =>
      type === 'DOUBLE' || type === 'BIGINT'
        ? `count(*) FILTER (NOT (o."${c}" IS NOT DISTINCT FROM CAST(t."${c}" AS DOUBLE) OR coalesce(abs(o."${c}" - t."${c}") <= ${TOLERANCE} * greatest(1, abs(o."${c}")), false)))`
        : `count(*) FILTER (CAST(o."${c}" AS VARCHAR) IS DISTINCT FROM CAST(CAST(t."${c}" AS ${type}) AS VARCHAR))`,
    );
    const [result] = await rowsOf(
      duckdb,
      `SELECT count(*) AS matched, (SELECT count(*) FROM ours.${name}) AS rows, [${differs.join(', ')}] AS differs
       FROM ours.${name} AS o JOIN ${theirs} AS t ON ${on}`,
    );
    const counts = result.differs.items.map(Number);
    rows.push([
      name,
      result.rows,
      result.matched,
      compared.length,
      counts.filter((n) => n === 0).length,
      counts.reduce((sum, n) => sum + n, 0),
      leftOut.length,
    ]);
    counts.forEach((n, i) => {
      if (n > 0) found.push(`${name}.${compared[i].name} ${n}`);
    });
    if (leftOut.length > 0) found.push(`${name} leaves out ${leftOut.join(', ')}`);
  }
  console.log(
    `\npandas against hoopduck, tolerance ${TOLERANCE}:\n\n${markdown(rows)}\n\n${found.join('\n')}`,
  );
}

/** Date and player, or date and team. */
function keyOf(name) {
  const date = name.includes('daily_cache')
    ? 'cache_date'
    : name.includes('zone_analysis')
      ? 'analysis_date'
      : 'game_date';
  const who = name.includes('.player_')
    ? 'player_lookup'
    : name.includes('team_defense_game')
      ? 'defending_team_abbr'
      : 'team_abbr';
  return [date, who];
}

async function columnsOf(duckdb, database, name) {
  const [schema, table] = name.split('.');
  return rowsOf(
    duckdb,
    `SELECT column_name AS name, data_type AS type FROM duckdb_columns()
     WHERE database_name = '${database}' AND schema_name = '${schema}' AND table_name = '${table}' ORDER BY column_index`,
  );
}

async function rowsOf(duckdb, sql) {
  const reader = await duckdb.runAndReadAll(sql);
  return reader
    .getRowObjects()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([k, v]) => [k, typeof v === 'bigint' ? Number(v) : v]),
      ),
    );
}
