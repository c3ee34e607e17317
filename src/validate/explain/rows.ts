import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import type { NamedCheck } from '../check-names.ts';
import { type Gates, tableOrEmpty } from '../gates.ts';
import { gamesWithShotsSql, ROW_SET_SQL } from '../row-sets.ts';
import { GATED_TABLES, PLAYER_GAMES, TEAM_OFFENSE } from '../tables.ts';
import type { CheckKind, CheckOf } from '../thresholds.ts';

/** What the rows of a verdict are looked for in: `in_scope(column)` is SQL text of the condition that a date lies in it. */
export interface RowsAsked<K extends CheckKind = CheckKind> {
  readonly gates: Gates;
  readonly named: NamedCheck<K>;
  readonly scope: 'date' | 'season' | 'all';
  readonly inScope: (date: string) => string;
}

/** SQL text that gives the rows behind a verdict, worst first; undefined: there are none to show. */
type RowsOf<K extends CheckKind> = (asked: RowsAsked<K>) => Promise<string | undefined>;

const SUMS = [
  ['points', 'points_scored'],
  ['fg_attempts', 'fg_attempts'],
  ['ft_attempts', 'ft_attempts'],
  ['turnovers', 'turnovers'],
] as const;

/** By kind of check: one query each, on the tables that the check itself reads. */
const ROWS: { readonly [K in CheckKind]: RowsOf<K> } = {
  async team_rows({ gates, named, inScope }) {
    const team = GATED_TABLES[named.check.table].key[1];
    const rows = await tableOrEmpty(gates, named.table, { game_date: 'DATE', [team]: 'VARCHAR' });
    return `SELECT coalesce(g.game_date, r.game_date) AS game_date, coalesce(g.team_abbr, r.team) AS team_abbr, g.game_id,
        CASE WHEN r.team IS NULL THEN 'no row' ELSE 'no final game' END AS problem
      FROM (SELECT * FROM hoopduck.stg_team_game WHERE is_final AND ${inScope('game_date')}) AS g
      FULL JOIN (SELECT DISTINCT game_date, ${quoteIdentifier(team)} AS team FROM ${rows} WHERE ${inScope('game_date')}
          AND game_date IN (SELECT game_date FROM gate_calendar)) AS r
        ON r.game_date = g.game_date AND r.team = g.team_abbr
      WHERE r.team IS NULL OR g.team_abbr IS NULL ORDER BY 1, 3, 2`;
  },
  async players_complete({ gates, named, inScope }) {
    const { min_played: least, minutes_tolerance: tolerance } = named.check;
    const players = await tableOrEmpty(gates, named.table, PLAYER_COLUMNS);
    return `SELECT g.game_date, g.team_abbr, g.game_id, count(p.team_abbr) AS listed,
        count_if(p.minutes_played > 0) AS played, round(coalesce(sum(p.minutes_played), 0), 1) AS minutes
      FROM hoopduck.stg_team_game AS g
      LEFT JOIN ${players} AS p ON p.game_date = g.game_date AND p.team_abbr = g.team_abbr
      WHERE g.is_final AND ${inScope('g.game_date')} GROUP BY ALL
      HAVING listed = 0 OR played < ${Number(least)}
        OR abs(minutes - (240 + 25 * greatest(0, round((minutes - 240) / 25)))) > ${Number(tolerance)}
      ORDER BY 1, 3, 2`;
  },
  async unique_key({ named, inScope }) {
    const { key, date } = GATED_TABLES[named.check.table];
    return keyRows(named.table, date, key, inScope);
  },
  async ambiguous_lookup({ inScope }) {
    return `SELECT game_date, player_lookup, nba_player_id, team_abbr FROM hoopduck.stg_player_game
      WHERE is_ambiguous AND ${inScope('game_date')} ORDER BY ALL`;
  },
  async reconciliation({ named, inScope }) {
    const sums = SUMS.map(([player]) => `coalesce(sum(${player}), 0) AS ${player}`);
    const pairs = SUMS.map(
      ([player, team]) => `p.${player} AS players_${player}, t.${team} AS team_${player}`,
    );
    const differs = SUMS.map(([player, team]) => `p.${player} IS DISTINCT FROM t.${team}`);
    return `SELECT t.game_date, t.team_abbr, t.game_id, ${pairs.join(', ')}
      FROM ${quoteTable(TEAM_OFFENSE)} AS t
      JOIN (SELECT game_date, team_abbr, ${sums.join(', ')} FROM ${quoteTable(named.table)} GROUP BY ALL) AS p
        USING (game_date, team_abbr)
      WHERE t.primary_source_used = 'nbac_team_boxscore' AND ${inScope('t.game_date')} AND (${differs.join(' OR ')})
      ORDER BY 1, 3, 2`;
  },
  async schedule_score({ named, inScope }) {
    return `SELECT t.game_date, t.team_abbr, t.game_id, t.points_scored, g.team_score AS schedule_score
      FROM ${quoteTable(named.table)} AS t
      JOIN hoopduck.stg_team_game AS g USING (game_date, team_abbr)
      WHERE g.team_score IS DISTINCT FROM t.points_scored AND g.team_score IS NOT NULL AND ${inScope('t.game_date')}
      ORDER BY 1, 3, 2`;
  },
  async overtime({ gates, named, inScope }) {
    const players = await tableOrEmpty(gates, PLAYER_GAMES, PLAYER_COLUMNS);
    return `SELECT t.game_date, t.team_abbr, t.game_id, t.overtime_periods, p.overtimes AS by_minutes, round(p.minutes, 1) AS minutes
      FROM ${quoteTable(named.table)} AS t
      JOIN (SELECT game_date, team_abbr, sum(minutes_played) AS minutes,
          CAST(greatest(0, round((sum(minutes_played) - 240) / 25)) AS BIGINT) AS overtimes
        FROM ${players} GROUP BY ALL) AS p USING (game_date, team_abbr)
      WHERE ${inScope('t.game_date')} AND abs(p.minutes - 240 - 25 * p.overtimes) <= ${Number(named.check.minutes_tolerance)}
        AND t.overtime_periods IS DISTINCT FROM p.overtimes
      ORDER BY 1, 3, 2`;
  },
  async coverage({ gates, named, inScope }) {
    return uncovered(gates, named.check, inScope);
  },
  async games_with_shots({ gates, named, inScope }) {
    const teams = await tableOrEmpty(gates, named.table, SHOT_COLUMNS);
    return `SELECT g.game_date, g.game_id FROM hoopduck.stg_game AS g
      WHERE g.is_final AND ${inScope('g.game_date')} AND NOT EXISTS (
        FROM ${teams} AS t WHERE t.game_date = g.game_date AND t.game_id = g.game_id AND t.team_paint_attempts IS NOT NULL)
      ORDER BY 1, 2`;
  },
  async composite_rows({ gates, named, inScope }) {
    const factors = await tableOrEmpty(gates, named.table, {
      game_date: 'DATE',
      player_lookup: 'VARCHAR',
    });
    const listed = await tableOrEmpty(gates, PLAYER_GAMES, PLAYER_COLUMNS);
    return `SELECT p.game_date, p.player_lookup, p.team_abbr FROM ${listed} AS p
      SEMI JOIN (SELECT game_date FROM gate_calendar WHERE NOT is_bootstrap) AS c ON c.game_date = p.game_date
      ANTI JOIN ${factors} AS f ON f.game_date = p.game_date AND f.player_lookup = p.player_lookup
      WHERE ${inScope('p.game_date')} ORDER BY 1, 3, 2`;
  },
  async composite_dates({ gates, named }) {
    const factors = await tableOrEmpty(gates, named.table, { game_date: 'DATE' });
    return `SELECT game_date, season, final_games, is_bootstrap FROM gate_calendar
      WHERE is_asked AND game_date NOT IN (SELECT DISTINCT game_date FROM ${factors}) ORDER BY is_bootstrap, game_date`;
  },
  async inputs_known({ named, inScope }) {
    return `SELECT game_date, player_lookup, missing_data_fields FROM ${quoteTable(named.table)}
      WHERE NOT early_season_flag AND ${inScope('game_date')}
        AND contains(',' || replace(missing_data_fields, ' ', '') || ',', ${quoteLiteral(`,${named.feature},`)})
      ORDER BY 1, 2`;
  },
  async min_records({ gates, named }) {
    const table = await tableOrEmpty(gates, named.table, { game_date: 'DATE' });
    return `SELECT c.game_date, c.final_games, count(t.game_date) AS rows, round(count(t.game_date) / c.final_games, 1) AS rows_a_game
      FROM gate_calendar AS c LEFT JOIN ${table} AS t ON t.game_date = c.game_date
      WHERE c.is_asked GROUP BY ALL
      HAVING count(t.game_date) < ${Number(named.check.per === 'game' ? (named.check.min ?? 0) : 1)} * c.final_games
      ORDER BY rows_a_game, c.game_date`;
  },
  async range({ named, inScope }) {
    const { column, low, high, table } = named.check;
    const { date, key } = GATED_TABLES[table];
    const value = quoteIdentifier(column);
    return `SELECT ${[...new Set([date, ...key, column])].map(quoteIdentifier).join(', ')} FROM ${quoteTable(table)}
      WHERE ${value} NOT BETWEEN ${Number(low)} AND ${Number(high)} AND ${inScope(quoteIdentifier(date))}
      ORDER BY abs(${value} - ${(Number(low) + Number(high)) / 2}) DESC, ${quoteIdentifier(date)}, ${key.map(quoteIdentifier).join(', ')}`;
  },
  async drift({ inScope, named }) {
    return `SELECT game_date, team_abbr, n AS rows_that_count, known, round(100.0 * known / n, 1) AS percent
      FROM gate_coverage WHERE name = ${quoteLiteral(named.feature ?? '')} AND known < n AND ${inScope('game_date')}
      ORDER BY 1.0 * known / n, game_date, team_abbr`;
  },
  async constant_column({ gates, named, scope, inScope }) {
    const { table, defaults, constant_by_design: byDesign } = named.check;
    const columns = (await gates.columnsOf(table)).filter(
      ({ name, type }) =>
        /^(BIGINT|INTEGER|SMALLINT|TINYINT|HUGEINT|DOUBLE|FLOAT|DECIMAL.*)$/.test(type) &&
        !byDesign.includes(name) &&
        (scope === 'season' || name in defaults),
    );
    if (columns.length === 0) return undefined;
    const date = quoteIdentifier(GATED_TABLES[table].date);
    const facts = columns.map(({ name }) => {
      const id = quoteIdentifier(name);
      const standard = defaults[name];
      const share =
        standard === undefined
          ? 'NULL'
          : `round(100.0 * avg(CAST(${id} = ${Number(standard)} AS INT)), 1)`;
      return `SELECT ${quoteLiteral(name)} AS "column", count(${id}) AS known, CAST(min(${id}) AS DOUBLE) AS lowest,
        CAST(max(${id}) AS DOUBLE) AS highest, ${share} AS percent_at_default FROM ${quoteTable(table)} WHERE ${inScope(date)}`;
    });
    return `SELECT * FROM (${facts.join(' UNION ALL ')})
      WHERE known > 0 AND (lowest = highest OR percent_at_default > ${Number(named.check.max_default_share)})
      ORDER BY "column"`;
  },
  async dates_with_rows({ named }) {
    return `SELECT c.game_date, c.season, c.final_games FROM gate_calendar AS c
      WHERE c.is_asked AND c.game_date NOT IN (
        SELECT game_date FROM gate_held WHERE table_name = ${quoteLiteral(named.table)} AND game_date IS NOT NULL)
      ORDER BY c.game_date`;
  },
  async unfinished_games({ inScope }) {
    return `SELECT game_date, game_id, game_status FROM hoopduck.stg_game
      WHERE NOT is_final AND ${inScope('game_date')}
        AND game_date <= (SELECT max(game_date) FROM hoopduck.stg_game WHERE is_final) ORDER BY 1, 2`;
  },
  async orphan_rows({ named, scope, inScope }) {
    const beyond = `game_date NOT BETWEEN (SELECT min(game_date) FROM nba_raw.nbac_schedule)
      AND (SELECT max(game_date) FROM nba_raw.nbac_schedule)`;
    const lonely = `NOT EXISTS (FROM hoopduck.stg_team_game AS g LEFT JOIN hoopduck.stg_team_code AS t ON t.team_abbr = g.team_abbr
      WHERE g.game_date = r.game_date AND upper(trim(r.team_abbr)) IN (g.team_abbr, t.raw_code))`;
    return `SELECT r.game_date, r.team_abbr, count(*) AS rows FROM ${quoteTable(named.table)} AS r
      WHERE ${scope === 'all' ? beyond : `${inScope('r.game_date')} AND ${lonely}`}
      GROUP BY ALL ORDER BY 1, 2`;
  },
  async asked_range({ gates }) {
    return `SELECT DATE ${quoteLiteral(gates.from)} AS asked_from, DATE ${quoteLiteral(gates.to)} AS asked_to,
      min(game_date) AS schedule_from, max(game_date) AS schedule_to FROM hoopduck.stg_game`;
  },
  async recorded_rows({ named, inScope }) {
    const table = quoteLiteral(named.table);
    return `SELECT game_date, coalesce(h.rows, 0) AS held, coalesce(p.rows, 0) AS in_ledger, p.run_id AS written_by
      FROM (SELECT game_date, rows, run_id FROM hoopduck.partition WHERE table_name = ${table}) AS p
      FULL JOIN (SELECT game_date, rows FROM gate_held WHERE table_name = ${table}) AS h USING (game_date)
      WHERE coalesce(h.rows, 0) <> coalesce(p.rows, 0) AND ${inScope('game_date')} ORDER BY 1`;
  },
};

const PLAYER_COLUMNS = {
  game_date: 'DATE',
  player_lookup: 'VARCHAR',
  team_abbr: 'VARCHAR',
  minutes_played: 'DOUBLE',
};
const SHOT_COLUMNS = { game_date: 'DATE', game_id: 'VARCHAR', team_paint_attempts: 'BIGINT' };

/** SQL text of the rows behind a verdict; undefined: the check has none to show. */
export function rowsBehindSql<K extends CheckKind>(
  asked: RowsAsked<K>,
): Promise<string | undefined> {
  return (ROWS[asked.named.kind] as RowsOf<K>)(asked);
}

async function uncovered(
  gates: Gates,
  check: CheckOf<'coverage'>,
  inScope: RowsAsked['inScope'],
): Promise<string> {
  const unknown = check.columns.map((column) => `p.${quoteIdentifier(column)} IS NULL`);
  const shown = [...new Set(['game_date', 'player_lookup', 'team_abbr', ...check.columns])];
  return `SELECT ${shown.map((name) => `p.${quoteIdentifier(name)}`).join(', ')}
    FROM ${quoteTable(PLAYER_GAMES)} AS p
    LEFT JOIN (${await gamesWithShotsSql(gates)}) AS z ON z.game_date = p.game_date AND z.team_abbr = p.team_abbr
    WHERE ${ROW_SET_SQL[check.applies]} AND (${unknown.join(' OR ')}) AND ${inScope('p.game_date')}
    ORDER BY p.game_date, p.team_abbr, p.player_lookup`;
}

/** SQL text of the keys of a table that are there twice or have a NULL in them. */
export function keyRows(
  table: string,
  date: string,
  key: readonly string[],
  inScope: RowsAsked['inScope'],
): string {
  const columns = key.map(quoteIdentifier);
  const anyNull = columns.map((column) => `${column} IS NULL`).join(' OR ');
  return `SELECT ${columns.join(', ')}, count(*) AS rows FROM ${quoteTable(table)}
    WHERE ${inScope(quoteIdentifier(date))} GROUP BY ${columns.join(', ')}
    HAVING count(*) > 1 OR ${anyNull} ORDER BY ALL`;
}
