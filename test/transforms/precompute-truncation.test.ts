import { beforeAll, expect, test, vi } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import {
  addGames,
  addListings,
  addTeamTotals,
  buildPrecompute,
  day,
  emptyInputs,
  type Game,
  insert,
  type Listing,
  type TeamTotals,
} from './support/precompute-inputs.ts';

vi.setConfig({ testTimeout: 120_000 });

const TEAMS = ['ATL', 'BOS', 'CHI', 'DEN', 'LAL', 'MIA'];
/**
 * Table, partition, and what makes a row the same row. A man whose first game for a new team is on the
 * date itself was still his old team's man before it: that is another row, of another game.
 */
const TABLES: readonly [string, string, string][] = [
  ['nba_precompute.player_shot_zone_analysis', 'analysis_date', 'player_lookup'],
  ['nba_precompute.team_defense_zone_analysis', 'analysis_date', 'team_abbr'],
  ['nba_precompute.player_daily_cache', 'cache_date', 'player_lookup, team_abbr'],
  ['nba_precompute.player_game_context', 'game_date', 'player_lookup, team_abbr'],
  ['nba_precompute.player_composite_factors', 'game_date', 'player_lookup, team_abbr'],
  ['hoopduck.feature_seed_21', 'game_date', 'player_lookup, team_abbr'],
  ['hoopduck.team_weighted_form', 'game_date', 'team_abbr'],
  ['hoopduck.feature_default', 'game_date', 'player_lookup, team_abbr'],
  ['hoopduck.roster_member', 'game_date', 'player_key, team_abbr'],
  ['hoopduck.feature_report', 'game_date', 'player_lookup, team_abbr'],
];
/** In the bootstrap, in the middle, on a back-to-back of the whole league, on the last day. */
const CUTS = ['2023-11-03', '2023-11-15', '2023-11-30', '2023-12-08', '2023-12-18'];

/** Whole numbers below `bound` that are the same in every run. */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % bound;
  };
}

/** A small league: the end of one season and eight weeks of the next, with trades, absences and lines. */
async function smallLeague(): Promise<Replica> {
  const roll = dice(20_231_024);
  const replica = await emptyInputs();
  const games: Game[] = [];
  const totals: TeamTotals[] = [];
  const listings: Listing[] = [];
  const lines: Record<string, string | number>[] = [];
  const reports: Record<string, string>[] = [];
  const out: Record<string, string>[] = [];
  const teamOf = new Map<string, string>();
  for (const team of TEAMS) {
    for (let i = 0; i < 9; i++) teamOf.set(`${team.toLowerCase()}${i}`, team);
  }
  const played = (date: string, team: string, opponent: string): void => {
    const hasShots = roll(4) > 0;
    totals.push({
      date,
      team,
      opponent,
      points: 95 + roll(30),
      fga: 80 + roll(20),
      fta: 15 + roll(15),
      tov: 8 + roll(10),
      oreb: 5 + roll(10),
      overtimes: roll(10) === 0 ? 1 : 0,
      threes: [25 + roll(15), 8 + roll(10)],
      ...(hasShots ? { paint: [40, 18 + roll(10)], midRange: [20, 5 + roll(8)] } : {}),
    });
    for (const [lookup, home] of teamOf) {
      if (home !== team || roll(12) === 0) continue;
      const row: Listing = { date, lookup, team };
      if (roll(8) === 0) {
        listings.push(row);
        continue;
      }
      listings.push({
        ...row,
        minutes: roll(15) === 0 ? 0 : 8 + roll(34) + roll(4) / 4,
        points: roll(34),
        fga: roll(22),
        fta: roll(9),
        ...(roll(20) === 0 ? {} : { usage: roll(40) + roll(9) / 7 }),
        ...(hasShots ? { zones: [roll(9), roll(4), roll(6), roll(3), roll(8), roll(4)] } : {}),
        roles: [roll(5), roll(4)],
        box: [roll(9), roll(4), roll(9), roll(4), roll(9), roll(3)],
      });
    }
  };
  const night = (date: string, number: number): void => {
    const turn = [TEAMS[0]!, ...TEAMS.slice(1 + (number % 5)), ...TEAMS.slice(1, 1 + (number % 5))];
    for (let i = 0; i < 3; i++) {
      const [home, away] = [turn[i]!, turn[5 - i]!];
      games.push({ date, home, away });
      played(date, home, away);
      played(date, away, home);
      const [spread, total] = [roll(20) - 10, 210 + roll(30)];
      lines.push({ game_date: date, team_abbr: home, game_spread: spread, game_total: total });
      lines.push({ game_date: date, team_abbr: away, game_spread: -spread, game_total: total });
      if (roll(3) === 0) continue;
      reports.push({ game_date: date, team_abbr: home });
      for (const [lookup, team] of teamOf) {
        if (team === home && roll(3) === 0) {
          out.push({ game_date: date, team_abbr: home, player_lookup: lookup });
        }
      }
    }
    if (number % 4 === 0) {
      const men = [...teamOf.keys()];
      teamOf.set(men[roll(men.length)]!, TEAMS[roll(6)]!);
    }
  };
  for (let n = 0; n < 6; n++) night(day('2023-04-01', n), n);
  for (let n = 0; n < 56; n++) if (n % 5 < 3) night(day('2023-10-24', n), n);
  await addGames(replica, games);
  for (let i = 0; i < totals.length; i += 100)
    await addTeamTotals(replica, totals.slice(i, i + 100));
  for (let i = 0; i < listings.length; i += 200) {
    await addListings(replica, listings.slice(i, i + 200));
  }
  await insert(replica, 'hoopduck.stg_game_line', lines);
  await insert(replica, 'hoopduck.stg_injury_report', reports);
  await insert(replica, 'hoopduck.stg_player_out', out);
  return replica;
}

/** What is known before the games of a date: no box scores from it on, no lines and reports after it. */
async function truncate(replica: Replica, cut: string): Promise<void> {
  const boxes = [
    'hoopduck.stg_player_game',
    'nba_analytics.player_game_summary',
    'nba_analytics.team_offense_game_summary',
    'nba_analytics.team_defense_game_summary',
  ];
  for (const table of boxes) {
    await replica.run(`DELETE FROM ${table} WHERE game_date >= CAST($cut AS DATE)`, { cut });
  }
  for (const table of ['stg_game_line', 'stg_injury_report', 'stg_player_out']) {
    await replica.run(`DELETE FROM hoopduck.${table} WHERE game_date > CAST($cut AS DATE)`, {
      cut,
    });
  }
  await replica.run(
    `UPDATE hoopduck.stg_team_game SET is_final = FALSE, team_score = NULL, opponent_score = NULL
     WHERE game_date >= CAST($cut AS DATE)`,
    { cut },
  );
}

let replica: Replica;

beforeAll(async () => {
  replica = await smallLeague();
  await buildPrecompute(replica);
  for (const [table] of TABLES) {
    await replica.run(`CREATE TABLE ${table}_whole AS SELECT * FROM ${table}`);
  }
});

test.each(CUTS)(
  'without the rows of %s and later, that date’s figures are the same',
  async (cut) => {
    await replica.run('BEGIN TRANSACTION');
    try {
      await truncate(replica, cut);
      await buildPrecompute(replica, { from: '2023-01-01', to: cut });
      for (const [table, date, key] of TABLES) {
        const compared = await replica.row<{ whole: number; both: number; same: number }>(
          `SELECT (SELECT count(*) FROM ${table}_whole WHERE ${date} = CAST($cut AS DATE)) AS whole,
           count(*) AS both, count(IF(w = t, 1, NULL)) AS same
         FROM ${table}_whole AS w JOIN ${table} AS t USING (${date}, ${key})
         WHERE w.${date} = CAST($cut AS DATE)`,
          { cut },
        );
        const { whole, both, same } = compared!;
        const inBootstrap = cut < '2023-11-07' && /zone|composite/.test(table);
        expect({ table, some: whole > 0, most: both >= whole / 2, same }).toEqual({
          table,
          some: !inBootstrap,
          most: true,
          same: both,
        });
      }
    } finally {
      await replica.run('ROLLBACK');
    }
  },
);

test('night by night gives the rows that one build of everything gives', async () => {
  const dates = await replica.column<string>(
    'SELECT DISTINCT game_date FROM hoopduck.stg_team_game ORDER BY 1 DESC LIMIT 2',
  );
  await buildPrecompute(replica);
  for (const date of dates) {
    for (const [table, partition] of TABLES) {
      await replica.run(`CREATE OR REPLACE TABLE kept AS SELECT * FROM ${table}`);
      await buildPrecompute(replica, { from: date, to: date }, [table]);
      expect(
        await replica.row(
          `SELECT count(*) > 0 AS some,
             (SELECT count(*) FROM (FROM ${table} EXCEPT ALL FROM ${table}_whole)) AS extra,
             (SELECT count(*) FROM (SELECT * FROM ${table}_whole WHERE ${partition} = CAST($date AS DATE)
               EXCEPT ALL FROM ${table})) AS missing
           FROM ${table}`,
          { date },
        ),
        `${table} ${date}`,
      ).toEqual({ some: true, extra: 0, missing: 0 });
      await replica.run(`CREATE OR REPLACE TABLE ${table} AS SELECT * FROM kept`);
    }
  }
});
