import { expect, test, vi } from 'vitest';
import { SEASON_STARTS, seasonLabel } from '../../src/config/seasons.ts';
import { loadModels } from '../../src/transforms/graph.ts';
import { realSeasons } from '../support/real-seasons.ts';
import { breaches, compareSides, foreknownTables } from './support/compare.ts';
import { Sides } from './support/sides.ts';
import type { Variant } from './support/truncate.ts';

vi.setConfig({ testTimeout: 3_600_000 });

/**
 * `HOOPDUCK_PROPERTY=nightly` takes five dates of each of the ten seasons, playoffs and bootstrap included, with the whole
 * season before and all that came after; `HOOPDUCK_SEED` draws the dates of an earlier run again.
 */
const NIGHTLY = process.env['HOOPDUCK_PROPERTY'] === 'nightly';
const DATES = NIGHTLY ? 5 : 1;
const SEED = Number(
  process.env['HOOPDUCK_SEED'] ?? (NIGHTLY ? Math.floor(Date.now() / 1000) : 20_250_101),
);
/** Dates of the season before that windows across seasons can see, and days of the future that there is. */
const DATES_BEFORE = NIGHTLY ? 400 : 30;
const DAYS_AFTER = NIGHTLY ? 400 : 14;

/**
 * Four seasons differ in what there was: the first has no season before it and no injury reports; that of 2020 began in
 * December, after one that ended in October; that of 2021 has no play-by-play; the newest has every source.
 */
const FEW = [2015, 2020, 2021, 2024];
const YEARS = NIGHTLY ? SEASON_STARTS.map(([year]) => year).filter((year) => year <= 2024) : FEW;
const VARIANTS: readonly Variant[] = ['truncated', 'altered'];

function openSeason(year: number): Promise<Sides> {
  return Sides.open({
    warehouse: realSeasons!,
    labels: [seasonLabel(year - 1), seasonLabel(year)],
    start: startOf(year),
    datesBefore: DATES_BEFORE,
    daysAfter: DAYS_AFTER,
  });
}

/** Dates with games; of the regular season after the bootstrap, unless it is night. */
async function datesOf(season: Sides, year: number): Promise<string[]> {
  const start = `DATE '${startOf(year)}'`;
  const rows = await season.query<{ date: string }>(
    `SELECT DISTINCT CAST(game_date AS VARCHAR) AS date FROM source.nbac_schedule
     WHERE game_date >= ${start} AND (${NIGHTLY}
       OR (game_id LIKE '002%' AND game_date >= ${start} + 14)) ORDER BY date`,
  );
  return rows.map(({ date }) => date);
}

function startOf(year: number): string {
  return SEASON_STARTS.find(([each]) => each === year)![1];
}

/** Draws dates that are the same for the same seed; ascending. */
function draw(dates: readonly string[], year: number): string[] {
  let state = (SEED ^ Math.imul(year, 0x9e3779b1)) >>> 0;
  const left = [...dates];
  return Array.from({ length: DATES }, () => {
    // One step of mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return left.splice(((mixed ^ (mixed >>> 14)) >>> 0) % left.length, 1)[0]!;
  }).sort();
}

test.skipIf(!realSeasons).each(YEARS.map((year) => [seasonLabel(year), year] as const))(
  `in %s nothing that is known before a date changes with its rows and later ones (HOOPDUCK_SEED=${SEED})`,
  async (_, year) => {
    const season = await openSeason(year);
    try {
      const dates = draw(await datesOf(season, year), year);
      await season.build('whole', dates);
      const found = [];
      const wanted = [];
      for (const date of dates) {
        const inBootstrap = Date.parse(date) - Date.parse(startOf(year)) < 14 * 86_400_000;
        const withoutRows = foreknownTables().filter(
          ({ skipsBootstrap }) => skipsBootstrap && inBootstrap,
        );
        for (const variant of VARIANTS) {
          await season.build(variant, [date]);
          const comparisons = await compareSides(season.query, 'whole', variant, date);
          const empty = comparisons.filter(({ rows }) => rows === 0).map(({ table }) => table);
          found.push({ date, variant, breaches: breaches(comparisons), empty });
          wanted.push({
            date,
            variant,
            breaches: [],
            empty: withoutRows.map(({ table }) => table),
          });
        }
        // An altered date of which something stayed as it was would prove less.
        const [men] = await season.query<{ played: number; same: number }>(
          `SELECT count(*) AS played, count_if(w.points = a.points OR w.minutes_played = a.minutes_played
             OR w.usage_rate = a.usage_rate) AS same
           FROM whole.nba_analytics.player_game_summary AS w
           JOIN altered.nba_analytics.player_game_summary AS a USING (game_date, player_lookup)
           WHERE w.game_date = DATE '${date}' AND w.minutes_played > 0`,
        );
        expect(men!.played, date).toBeGreaterThan(9);
        expect(men!.same, date).toBe(0);
      }
      expect(found, `HOOPDUCK_SEED=${SEED} draws these dates again`).toEqual(wanted);
    } finally {
      season.close();
    }
  },
);

test('every model of what is known before a date is covered, by its name alone', () => {
  const models = loadModels();
  const named = (name: string, key: string[]) => ({ ...models[0]!, name, key, partition: key[0]! });
  const added = [
    named('nba_precompute.referee_form', ['analysis_date', 'defending_team_abbr']),
    named('hoopduck.feature_sixty', ['game_date', 'player_lookup']),
    named('hoopduck.stg_something', ['game_date', 'game_id']),
  ];
  const tables = foreknownTables([...models, ...added]).map(({ table }) => table);
  const known = models.map(({ name }) => name).filter((name) => name.startsWith('nba_precompute.'));
  expect(tables).toEqual(expect.arrayContaining([...known, 'hoopduck.feature_seed_21']));
  expect(tables.slice(-2)).toEqual(['nba_precompute.referee_form', 'hoopduck.feature_sixty']);
  expect(() =>
    foreknownTables([named('hoopduck.feature_of_games', ['game_date', 'game_id'])]),
  ).toThrow(
    'The key of hoopduck.feature_of_games (game_date, game_id) names no player_lookup and no team_abbr',
  );
});
