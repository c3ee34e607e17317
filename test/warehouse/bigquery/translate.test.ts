import { expect, test } from 'vitest';
import { toGoogleSql } from '../../../src/warehouse/bigquery/compute/translate.ts';

const quoted = (table: string): string | undefined =>
  /^(hoopduck|nba_raw)\./.test(table) ? `\`p.${table}\`` : undefined;

test('tables get their names there, columns and everything else stay', () => {
  const sql = `SELECT g.game_date, h.team_abbr
FROM hoopduck.stg_game AS g
LEFT JOIN nba_raw.nbac_schedule AS h ON h.game_id = g.game_id
WHERE g.game_date BETWEEN @from_date AND @to_date`;
  expect(toGoogleSql(sql, quoted)).toBe(`SELECT g.game_date, h.team_abbr
FROM \`p.hoopduck.stg_game\` AS g
LEFT JOIN \`p.nba_raw.nbac_schedule\` AS h ON h.game_id = g.game_id
WHERE g.game_date BETWEEN @from_date AND @to_date`);
});

test('what stands in quotes or in a comment is no table and no function', () => {
  const sql = `SELECT 'hoopduck.stg_game', "it's hoopduck.x", 'a''hoopduck.y', -- hoopduck.z EASTERN_TO_UTC(t)
  /* nba_raw.a */ 1`;
  expect(toGoogleSql(sql, quoted)).toBe(sql);
});

test('Eastern times are written out, whatever stands in them', () => {
  expect(toGoogleSql("SELECT EASTERN_TO_UTC(COALESCE(a.t, f(b, ')'))) AS x", quoted)).toBe(
    "SELECT TIMESTAMP(CAST(COALESCE(a.t, f(b, ')')) AS DATETIME), 'America/New_York') AS x",
  );
  expect(toGoogleSql('eastern_clock_to_utc(d, IF(h = 24, 0, h), 30)', quoted)).toBe(
    "TIMESTAMP(DATETIME_ADD(CAST(d AS DATETIME), INTERVAL (IF(h = 24, 0, h)) * 60 + (30) MINUTE), 'America/New_York')",
  );
});

test('a table inside an argument is translated, too', () => {
  const sql = 'SELECT EASTERN_TO_UTC((SELECT MAX(t) FROM hoopduck.stg_game)), 1';
  expect(toGoogleSql(sql, quoted)).toBe(
    "SELECT TIMESTAMP(CAST((SELECT MAX(t) FROM `p.hoopduck.stg_game`) AS DATETIME), 'America/New_York'), 1",
  );
});
