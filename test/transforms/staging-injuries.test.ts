import { expect, test } from 'vitest';
import { NIGHT, RawLeague, type RawRow } from './support/raw-league.ts';

const REPORT = 'hoopduck.stg_injury_report';
const OUT = 'hoopduck.stg_player_out';

/** New York at Boston, tip-off 19:30 Eastern. */
async function leagueWithGame(over: RawRow = {}): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_date_est: '2024-01-15 19:30:00', ...over });
  return league;
}

/** A line of the report of `date` at `hour`:30 Eastern. */
async function listed(
  league: RawLeague,
  [date, hour]: readonly [string, number],
  lookup: string,
  status: string,
  over: RawRow = {},
) {
  await league.insert('nbac_injury_report', {
    report_date: date,
    report_hour: hour,
    game_date: NIGHT,
    team: 'BOS',
    player_lookup: lookup,
    injury_status: status,
    processed_at: '2024-02-01',
    ...over,
  });
}

test('out and doubtful are out; questionable, probable and available are not', async () => {
  const league = await leagueWithGame();
  const report = [NIGHT, 17] as const;
  for (const status of ['Out', 'DOUBTFUL', 'Questionable', 'probable', 'available']) {
    await listed(league, report, status, status);
  }
  expect(await league.rowsOf(OUT, 'team_abbr, player_lookup')).toEqual([
    { team_abbr: 'BOS', player_lookup: 'doubtful' },
    { team_abbr: 'BOS', player_lookup: 'out' },
  ]);
});

test('the newest report before tip-off speaks for both teams, whoever it lists; a cleared man is available', async () => {
  const league = await leagueWithGame();
  await listed(league, [NIGHT, 13], 'tatum', 'Out');
  await listed(league, [NIGHT, 13], 'brunson', 'Out', { team: 'NYK' });
  await listed(league, [NIGHT, 17], 'brown', 'Out');
  // 20:30 is after tip-off.
  await listed(league, [NIGHT, 20], 'white', 'Out');
  expect(await league.rowsOf(REPORT, 'team_abbr AS t, report_at AS at')).toEqual([
    { t: 'BOS', at: '2024-01-15 22:30:00' },
    { t: 'NYK', at: '2024-01-15 22:30:00' },
  ]);
  expect(await league.rowsOf(OUT, 'player_lookup')).toEqual([{ player_lookup: 'brown' }]);
});

test('a report counts up to 30 hours before tip-off and not at tip-off', async () => {
  const league = await leagueWithGame();
  // Tip-off 19:30: the report of 13:30 the day before is 30 hours older, that of 12:30 is 31.
  await listed(league, ['2024-01-14', 12], 'early', 'Out');
  await listed(league, [NIGHT, 19], 'late', 'Out');
  expect(await league.rowsOf(REPORT, 'team_abbr')).toEqual([]);
  await listed(league, ['2024-01-14', 13], 'tatum', 'Out');
  expect(await league.rowsOf(OUT, 'player_lookup')).toEqual([{ player_lookup: 'tatum' }]);
});

test('the evening before says nothing of a team that played that evening', async () => {
  const league = await leagueWithGame();
  await league.game('BOS', 'CHI', {
    game_date: '2024-01-14',
    game_date_est: '2024-01-14 19:00:00',
  });
  await listed(league, ['2024-01-14', 17], 'tatum', 'Out');
  await listed(league, ['2024-01-14', 17], 'brunson', 'Out', { team: 'NYK' });
  expect(await league.rowsOf(REPORT, 'team_abbr', `game_date = '${NIGHT}'`)).toEqual([
    { team_abbr: 'NYK' },
  ]);
  expect(await league.rowsOf(OUT, 'player_lookup', `game_date = '${NIGHT}'`)).toEqual([
    { player_lookup: 'brunson' },
  ]);
  // The report of the day itself does.
  await listed(league, [NIGHT, 11], 'brown', 'Out');
  expect(await league.rowsOf(OUT, 'player_lookup', `game_date = '${NIGHT}'`)).toEqual([
    { player_lookup: 'brown' },
  ]);
});

test('a game of unknown tip-off has no report', async () => {
  const league = await leagueWithGame({ game_date_est: null });
  await listed(league, [NIGHT, 17], 'tatum', 'Out');
  expect(await league.rowsOf(REPORT, 'team_abbr')).toEqual([]);
  expect(await league.rowsOf(OUT, 'player_lookup')).toEqual([]);
});

test('a man is out of the game for which the report lists him', async () => {
  const league = await leagueWithGame();
  await league.game('BOS', 'CHI', {
    game_date: '2024-01-16',
    game_date_est: '2024-01-16 19:00:00',
  });
  await listed(league, [NIGHT, 17], 'tomorrow', 'Out', { game_date: '2024-01-16' });
  await listed(league, [NIGHT, 17], 'tonight', 'Out');
  await listed(league, ['2024-01-16', 17], 'tomorrow', 'Out', { game_date: '2024-01-16' });
  expect(await league.rowsOf(OUT, 'game_date AS d, player_lookup AS l')).toEqual([
    { d: '2024-01-15', l: 'tonight' },
    { d: '2024-01-16', l: 'tomorrow' },
  ]);
});

test('within a report the newest scrape of a man counts, then the one with more known columns', async () => {
  const league = await leagueWithGame();
  const report = [NIGHT, 17] as const;
  await listed(league, report, 'tatum', 'Out', { processed_at: '2024-02-01' });
  await listed(league, report, 'tatum', 'Available', { processed_at: '2024-02-02' });
  await listed(league, report, 'brown', 'Out', { reason: 'knee', matchup: 'NYK@BOS' });
  await listed(league, report, 'brown', 'Questionable');
  expect(await league.rowsOf(OUT, 'player_lookup')).toEqual([{ player_lookup: 'brown' }]);
});

test('an Eastern hour of summer time is four hours behind UTC', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', {
    game_date: '2024-04-10',
    game_date_est: '2024-04-10 19:30:00',
  });
  await listed(league, ['2024-04-10', 17], 'tatum', 'Out', { game_date: '2024-04-10' });
  expect(await league.rowsOf(REPORT, 'report_at AS at', "team_abbr = 'BOS'")).toEqual([
    { at: '2024-04-10 21:30:00' },
  ]);
});
