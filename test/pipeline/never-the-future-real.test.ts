import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RAW_TABLES } from '../../src/config/raw-tables.ts';
import { SEASON_STARTS, seasonLabel } from '../../src/config/seasons.ts';
import { quoteIdentifier, quoteLiteral } from '../../src/replica/identifiers.ts';
import { Replica } from '../../src/replica/replica.ts';
import { createRawTables } from '../../src/sync/land.ts';
import { loadModels } from '../../src/transforms/graph.ts';
import { realSeasons } from '../support/real-seasons.ts';
import { buildDirectly } from '../transforms/support/direct-build.ts';
import { breaches, compareSides, foreknownTables, type Query } from './support/compare.ts';
import { KNOWN_TABLES, TIP_OFF, type Variant, variantSql } from './support/truncate.ts';

vi.setConfig({ testTimeout: 3_600_000 });

/**
 * `HOOPDUCK_PROPERTY=nightly` takes five dates of every season, playoffs and bootstrap included, with the whole
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

const YEARS = SEASON_STARTS.map(([year]) => year).filter((year) => year <= 2024);
const VARIANTS: readonly Variant[] = ['truncated', 'altered'];

/** A season as a warehouse holds it, and the tables that are computed from it or from a variant of it. */
class Season {
  readonly #replica: Replica;

  private constructor(replica: Replica) {
    this.#replica = replica;
  }

  static async open(year: number): Promise<Season> {
    const replica = await Replica.open(':memory:');
    const season = new Season(replica);
    await createRawTables(replica);
    await replica.run('CREATE SCHEMA source');
    for (const table of KNOWN_TABLES) {
      const folder = join(realSeasons!, 'nba_raw', table);
      const files = [year - 1, year]
        .map((each) => join(folder, `${seasonLabel(each)}.parquet`))
        .filter((file) => existsSync(file));
      if (files.length === 0) continue;
      await replica.run(
        `CREATE TABLE source.${table} AS SELECT * FROM read_parquet([${files.map(quoteLiteral).join(', ')}])`,
      );
    }
    const first = await replica.row<{ date: string }>(
      `SELECT coalesce(min(game_date), DATE '2000-01-01') AS date FROM (
         SELECT DISTINCT game_date FROM source.nbac_schedule
         WHERE game_date < CAST($start AS DATE) ORDER BY game_date DESC LIMIT $dates)`,
      { start: startOf(year), dates: DATES_BEFORE },
    );
    for (const table of await season.#tables()) {
      await replica.run(
        `DELETE FROM source.${table} WHERE game_date < CAST($date AS DATE)`,
        first!,
      );
    }
    await replica.run(
      `CREATE TABLE tip_off AS ${TIP_OFF.replaceAll('$schedule', 'source.nbac_schedule')}`,
    );
    for (const side of ['whole', ...VARIANTS]) await season.#openSide(side);
    return season;
  }

  close(): void {
    this.#replica.close();
  }

  query: Query = (sql) => this.#replica.rows(sql);

  /** Dates with games; of the regular season after the bootstrap, unless it is night. */
  dates(year: number): Promise<string[]> {
    return this.#replica.column<string>(
      `SELECT DISTINCT game_date FROM source.nbac_schedule
       WHERE game_date >= CAST($start AS DATE) AND ($all
         OR (game_id LIKE '002%' AND game_date >= CAST($start AS DATE) + 14)) ORDER BY game_date`,
      { start: startOf(year), all: NIGHTLY },
    );
  }

  /** Builds all tables from the rows as they are, or from a variant, and keeps those of the dates aside. */
  async build(side: 'whole' | Variant, dates: readonly string[]): Promise<void> {
    const replica = this.#replica;
    const [first, last] = [dates[0]!, dates.at(-1)!];
    const after = side === 'truncated' ? 0 : DAYS_AFTER;
    const end = new Date(Date.parse(last) + after * 86_400_000).toISOString().slice(0, 10);
    for (const table of await this.#tables()) {
      const raw = RAW_TABLES.find(({ name }) => name === table)!;
      const there = await replica.columnsOf(`source.${table}`);
      const columns = there
        .filter(({ name }) => name in raw.columns)
        .map(({ name }) => quoteIdentifier(name));
      const rows =
        side === 'whole'
          ? `SELECT * FROM source.${table}`
          : variantSql(table, `source.${table}`, side, first);
      // The schedule stretches ahead, and reports a little; of what was played only a stretch is there.
      const until = table === 'nbac_schedule' ? '' : `WHERE game_date <= DATE '${end}' + 2`;
      await replica.run(`DELETE FROM nba_raw.${table}`);
      await replica.run(
        `INSERT INTO nba_raw.${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM (${rows}) ${until}`,
      );
    }
    await buildDirectly(replica, { from: first, to: end });
    for (const { table, date } of kept()) {
      await replica.run(
        `CREATE OR REPLACE TABLE ${side}.${table} AS SELECT * FROM ${table}
         WHERE ${date} IN (${dates.map((each) => `DATE '${each}'`).join(', ')})`,
      );
    }
  }

  async #openSide(side: string): Promise<void> {
    await this.#replica.run(`ATTACH ':memory:' AS ${side}`);
    const schemas = new Set(kept().map(({ table }) => table.split('.')[0]!));
    for (const schema of schemas) {
      await this.#replica.run(`CREATE SCHEMA IF NOT EXISTS ${side}.${schema}`);
    }
  }

  #tables(): Promise<string[]> {
    return this.#replica.column<string>(
      "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'source' ORDER BY table_name",
    );
  }
}

/** What is compared, who is listed, and what the men of the date did. */
function kept(): { table: string; date: string }[] {
  return [
    ...foreknownTables(),
    { table: 'hoopduck.population', date: 'game_date' },
    { table: 'nba_analytics.player_game_summary', date: 'game_date' },
  ];
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
    const season = await Season.open(year);
    try {
      const dates = draw(await season.dates(year), year);
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
