import { messageOf } from '../../errors.ts';
import { computedDigestSql } from '../../replica/digest.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import type { NamedCheck } from '../check-names.ts';
import type { Gates } from '../gates.ts';
import { dateColumnOf, PLAYER_GAMES, TEAM_DEFENSE, TEAM_OFFENSE } from '../tables.ts';
import type { CheckKind } from '../thresholds.ts';

const GAMEBOOK = 'nba_raw.nbac_gamebook_player_stats';
const TEAM_BOX = 'nba_raw.nbac_team_boxscore';
const FALLBACK = 'nba_raw.bdl_player_boxscores';
const PLAYS = 'nba_raw.bigdataball_play_by_play';
const SCHEDULE = 'nba_raw.nbac_schedule';

/** The raw table that what a check judges comes from; by feature before by kind, else the table itself. */
const SOURCES: Readonly<Partial<Record<CheckKind | string, string>>> = {
  team_rows: TEAM_BOX,
  players_complete: GAMEBOOK,
  ambiguous_lookup: GAMEBOOK,
  reconciliation: TEAM_BOX,
  schedule_score: TEAM_BOX,
  overtime: TEAM_BOX,
  coverage: GAMEBOOK,
  games_with_shots: PLAYS,
  composite_rows: GAMEBOOK,
  composite_dates: GAMEBOOK,
  inputs_known: GAMEBOOK,
  min_records: GAMEBOOK,
  range: GAMEBOOK,
  drift: GAMEBOOK,
  constant_column: GAMEBOOK,
  unique_key: GAMEBOOK,
  unfinished_games: SCHEDULE,
  asked_range: SCHEDULE,
  usage_rate: TEAM_BOX,
  shot_zones: PLAYS,
};

/** Computed tables that a kind of check reads beside its own. */
const BESIDE: Readonly<Partial<Record<CheckKind, readonly string[]>>> = {
  reconciliation: [TEAM_OFFENSE],
  schedule_score: [PLAYER_GAMES],
  overtime: [PLAYER_GAMES],
  coverage: [TEAM_OFFENSE],
};

/** The raw table that a check's rows come from. */
export function sourceOf({
  kind,
  table,
  feature,
}: Pick<NamedCheck, 'kind' | 'table' | 'feature'>): string {
  return SOURCES[feature ?? ''] ?? SOURCES[kind] ?? table;
}

/** What is looked at: the check, and temporary tables of its rows (`explain_row`) and their dates (`explain_date`). */
export interface FactsAsked {
  readonly gates: Gates;
  readonly named: NamedCheck;
  readonly source: string;
  /** Whether explain_row has the column team_abbr. */
  readonly hasTeams: boolean;
}

/** SQL text of one boolean; undefined: it cannot hold here. */
type FactSql = (asked: FactsAsked) => string | undefined | Promise<string | undefined>;

const onDates = (column: string) => `${column} IN (SELECT game_date FROM explain_date)`;
const ofTeams = ({ hasTeams }: FactsAsked, column = 'r.team_abbr') =>
  hasTeams ? `${column} IN (SELECT team_abbr FROM explain_row)` : 'TRUE';

/** What can be told of the rows behind a verdict, each by one query on what the replica holds. */
const FACTS = {
  raw_table: ({ named }) => String(named.table.startsWith('nba_raw.')),
  player_games: ({ named }) => String(named.table === PLAYER_GAMES),
  play_by_play: ({ source }) => String(source === PLAYS),
  bootstrap: () =>
    `SELECT count(*) > 0 AND bool_and(is_bootstrap) FROM gate_calendar WHERE ${onDates('game_date')}`,
  /** The table holds another number of rows than the ledger has on record. */
  rows_lost: ({ named }) => {
    const table = quoteLiteral(named.table);
    return `SELECT count(*) > 0 FROM (SELECT * FROM gate_held WHERE table_name = ${table}) AS h
      FULL JOIN (SELECT * FROM hoopduck.partition WHERE table_name = ${table}) AS p ON p.game_date = h.game_date
      WHERE ${onDates('coalesce(h.game_date, p.game_date)')} AND coalesce(h.rows, 0) <> coalesce(p.rows, 0)`;
  },
  team_table_emptied: ({ named }) => {
    if (![TEAM_OFFENSE, TEAM_DEFENSE].includes(named.table)) return undefined;
    const table = quoteLiteral(named.table);
    return `SELECT count(*) > 0 FROM hoopduck.partition AS p
      ANTI JOIN (SELECT * FROM gate_held WHERE table_name = ${table}) AS h ON h.game_date = p.game_date
      WHERE p.table_name = ${table} AND p.rows > 0 AND ${onDates('p.game_date')}`;
  },
  /** As many rows as the ledger says, and other ones. */
  values_changed: async ({ gates, named }) => {
    const queries: string[] = [];
    for (const table of [named.table, ...(BESIDE[named.kind] ?? [])]) {
      const columns = await gates.columnsOf(table);
      if (!/^nba_(analytics|precompute)\./.test(table) || columns.length === 0) continue;
      const date = quoteIdentifier(dateColumnOf(table));
      queries.push(
        `SELECT count(*) AS n FROM (
           SELECT ${date} AS game_date, ${computedDigestSql(columns)} AS digest FROM ${quoteTable(table)}
           WHERE ${onDates(date)} GROUP BY 1) AS t
         JOIN hoopduck.partition AS p ON p.table_name = ${quoteLiteral(table)} AND p.game_date = t.game_date
         WHERE p.digest IS NOT NULL AND p.digest <> t.digest`,
      );
    }
    return queries.length === 0
      ? undefined
      : `SELECT sum(n) > 0 FROM (${queries.join(' UNION ALL ')})`;
  },
  source_empty: ({ source }) =>
    `SELECT count(*) = 0 FROM gate_held WHERE table_name = ${quoteLiteral(source)} AND rows > 0`,
  source_gone: ({ source }) =>
    `SELECT count(*) > 0 FROM explain_date WHERE game_date NOT IN (
       SELECT game_date FROM gate_held WHERE table_name = ${quoteLiteral(source)} AND game_date IS NOT NULL)`,
  only_fallback: () =>
    `SELECT count(*) > 0 FROM explain_date SEMI JOIN (SELECT game_date FROM gate_held WHERE table_name = '${FALLBACK}') USING (game_date)
     WHERE game_date NOT IN (SELECT game_date FROM gate_held WHERE table_name = '${GAMEBOOK}' AND game_date IS NOT NULL)`,
  source_orphans: ({ named, source }) =>
    `SELECT count(*) > 0 FROM hoopduck.check_result
     WHERE check_name = 'orphan_rows' AND scope = 'date' AND numerator < denominator
       AND table_name IN (${[source, named.table].map(quoteLiteral).join(', ')})
       AND scope_value IN (SELECT CAST(game_date AS VARCHAR) FROM explain_date)`,
  not_of_league: ({ hasTeams }) =>
    hasTeams
      ? `SELECT count(*) > 0 AND bool_and(team_abbr NOT IN (SELECT team_abbr FROM hoopduck.stg_team_game)) FROM explain_row`
      : undefined,
  nobody_attempted: (asked) =>
    `SELECT count(*) > 0 FROM (
       SELECT game_date, team_abbr FROM ${GAMEBOOK} AS r
       WHERE ${onDates('game_date')} AND player_status = 'active' AND ${ofTeams(asked)}
       GROUP BY ALL HAVING count(*) >= 5 AND sum(coalesce(field_goals_attempted, 0)) = 0)`,
  points_unknown: (asked) =>
    `SELECT count(*) > 0 FROM ${GAMEBOOK} AS r
     WHERE ${onDates('game_date')} AND player_status = 'active' AND minutes IS NOT NULL
       AND (points IS NULL OR NOT isfinite(CAST(points AS DOUBLE))) AND ${ofTeams(asked)}`,
  half_game: (asked) =>
    `SELECT count(*) > 0 FROM (
       SELECT game_date, team_abbr FROM ${PLAYER_GAMES} AS r WHERE ${onDates('game_date')} AND ${ofTeams(asked)}
       GROUP BY ALL HAVING sum(minutes_played) BETWEEN 1 AND 190 AND count_if(minutes_played > 0) >= 7)`,
  team_row_small: () =>
    `SELECT count(*) > 0 FROM ${TEAM_OFFENSE} AS t
     JOIN (SELECT game_date, team_abbr, sum(fg_attempts) AS attempts FROM ${PLAYER_GAMES}
       WHERE ${onDates('game_date')} GROUP BY ALL) AS p USING (game_date, team_abbr)
     WHERE 2 * t.fg_attempts < p.attempts`,
  two_scrapes: (asked) =>
    `SELECT count(*) > 0 FROM (
       SELECT game_date, team_abbr FROM ${TEAM_BOX} AS r WHERE ${onDates('game_date')} AND ${ofTeams(asked)}
       GROUP BY ALL HAVING count(DISTINCT processed_at) > 1)`,
  ambiguous: () =>
    `SELECT count(*) > 0 FROM hoopduck.stg_player_game WHERE is_ambiguous AND ${onDates('game_date')}`,
  reconstructed: () =>
    `SELECT count(*) > 0 FROM ${TEAM_OFFENSE} WHERE ${onDates('game_date')} AND primary_source_used <> 'nbac_team_boxscore'`,
} as const satisfies Readonly<Record<string, FactSql>>;

/** A fact that a cause can ask for. */
export type Fact = keyof typeof FACTS;

/** Answers facts, each looked up once; one whose tables or columns are not there does not hold. */
export function factsOf(asked: FactsAsked): (fact: Fact) => Promise<boolean> {
  const known = new Map<Fact, Promise<boolean>>();
  const look = async (fact: Fact): Promise<boolean> => {
    const sql = await (FACTS[fact] as FactSql)(asked);
    if (sql === undefined || sql === 'false') return false;
    if (sql === 'true') return true;
    const tables = [...sql.matchAll(/\b(?:FROM|JOIN) (nba_\w+\.\w+|hoopduck\.stg_\w+)/g)].map(
      (m) => m[1]!,
    );
    for (const table of tables) {
      if ((await asked.gates.columnsOf(table)).length === 0) return false;
    }
    try {
      const [holds] = await asked.gates.replica.column<boolean | null>(sql);
      return holds === true;
    } catch (error) {
      // A raw table has the columns that its source has.
      if (/^Binder Error/.test(messageOf(error))) return false;
      throw error;
    }
  };
  return (fact) => {
    const answer = known.get(fact) ?? look(fact);
    known.set(fact, answer);
    return answer;
  };
}
