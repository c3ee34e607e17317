import { onTestFinished } from 'vitest';
import { DEFAULTS } from '../../../src/config/defaults.ts';
import { RAW_TABLES } from '../../../src/config/raw-tables.ts';
import type { StageContext } from '../../../src/context.ts';
import { digestSql } from '../../../src/replica/digest.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../../src/replica/identifiers.ts';
import { Replica } from '../../../src/replica/replica.ts';
import { createRawTables } from '../../../src/sync/land.ts';
import { type BuildResult, buildModel } from '../../../src/transforms/build.ts';
import { loadGraph } from '../../../src/transforms/graph.ts';
import { recordInputs } from '../../../src/transforms/inputs.ts';
import { refreshRawValues } from '../../../src/transforms/raw-values.ts';
import { findStale } from '../../../src/transforms/stale.ts';
import { memoryCopy, memoryReplica } from '../../support/memory-replica.ts';

type Value = string | number | boolean | null;
export type RawRow = Readonly<Record<string, Value>>;

/** The night of most tests: a date of 2023-24 after the bootstrap. */
export const NIGHT = '2024-01-15';
const SCRAPED = '2024-06-30 12:00:00';
const HORIZON = '2024-06-30';

/** Of the models that ship; no test of these changes them. */
let graph: ReturnType<typeof loadGraph> | undefined;

/** Raw tables in memory, filled row by row with plausible defaults, and the models on them. */
export class RawLeague {
  readonly replica: Replica;
  readonly told: string[] = [];
  #games = 0;
  #plays = 0;

  private constructor(replica: Replica) {
    this.replica = replica;
  }

  static async open(): Promise<RawLeague> {
    const replica = await memoryReplica();
    onTestFinished(() => replica.close());
    await createRawTables(replica);
    return new RawLeague(replica);
  }

  /** A copy of a league that was written into a file, with all that was built of it. */
  static async copy(file: string): Promise<RawLeague> {
    const replica = await memoryCopy(file);
    onTestFinished(() => replica.close());
    return new RawLeague(replica);
  }

  /** Writes a league into a file, to be copied by tests. */
  static async write(file: string, fill: (league: RawLeague) => Promise<void>): Promise<void> {
    const replica = await Replica.open(file, { threads: 1 });
    try {
      await createRawTables(replica);
      await fill(new RawLeague(replica));
    } finally {
      replica.close();
    }
  }

  get context(): StageContext {
    return {
      config: {
        workspace: '/nowhere',
        file: 'hoopduck.yaml',
        train: DEFAULTS.train,
      } as unknown as StageContext['config'],
      replica: this.replica,
      runId: 'test',
      report: {
        progress() {},
        info: (text) => void this.told.push(text),
        warn: (text) => void this.told.push(text),
      },
      signal: new AbortController().signal,
      now: () => new Date('2025-01-01T00:00:00Z'),
    };
  }

  async insert(table: string, ...rows: RawRow[]): Promise<void> {
    // Rows that name the same columns go in by one statement.
    const byColumns = new Map<string, string[]>();
    for (const row of rows) {
      const columns = Object.keys(row).map(quoteIdentifier).join(', ');
      const values = Object.values(row).map((value) =>
        typeof value === 'string' ? quoteLiteral(value) : String(value),
      );
      byColumns.set(columns, [...(byColumns.get(columns) ?? []), `(${values.join(', ')})`]);
    }
    for (const [columns, tuples] of byColumns) {
      await this.replica.run(
        `INSERT INTO ${quoteTable(`nba_raw.${table}`)} (${columns}) VALUES ${tuples.join(', ')}`,
      );
    }
  }

  /** A scrape of a game in the schedule: final, 110 to 100 for the home team, unless said otherwise. */
  async game(away: string, home: string, over: RawRow = {}): Promise<void> {
    this.#games += 1;
    await this.insert('nbac_schedule', {
      game_id: `002230${String(this.#games).padStart(4, '0')}`,
      game_date: NIGHT,
      game_status: 3,
      home_team_tricode: home,
      away_team_tricode: away,
      home_team_score: 110,
      away_team_score: 100,
      processed_at: SCRAPED,
      ...over,
    });
  }

  /**
   * A gamebook row: 24 minutes, 4 of 9 shots with 1 of 3 threes, 2 of 2 free throws, so 11 points;
   * 1 offensive and 3 defensive rebounds, 2 assists, 1 steal, 1 block, 1 turnover, 2 fouls.
   */
  async man(team: string | null, lookup: string, over: RawRow = {}): Promise<void> {
    await this.insert('nbac_gamebook_player_stats', gamebookRow(team, lookup, over));
  }

  /** A row of a man who did not play: NULL stats. */
  async absent(team: string | null, lookup: string, over: RawRow = {}): Promise<void> {
    await this.insert('nbac_gamebook_player_stats', {
      game_date: NIGHT,
      team_abbr: team,
      player_lookup: lookup,
      player_name: lookup,
      player_status: 'dnp',
      processed_at: SCRAPED,
      ...over,
    });
  }

  /**
   * Ten men of `man`, named bos0 to bos9: 240 minutes, 110 points, FG 40 of 90, threes 10 of 30, FT 20 of
   * 20, rebounds 10 + 30, assists 20, steals, blocks and turnovers 10, fouls 20.
   */
  async team(team: string, over: RawRow = {}, size = 10): Promise<void> {
    const men = Array.from({ length: size }, (_, i) =>
      gamebookRow(team, `${team.toLowerCase()}${LETTERS[i]}`, over),
    );
    await this.insert('nbac_gamebook_player_stats', ...men);
  }

  /** The league's box score of a team of ten such men. */
  async box(team: string, over: RawRow = {}): Promise<void> {
    await this.insert('nbac_team_boxscore', {
      game_date: NIGHT,
      team_abbr: team,
      minutes: '240:00',
      points: 110,
      fg_made: 40,
      fg_attempted: 90,
      three_pt_made: 10,
      three_pt_attempted: 30,
      ft_made: 20,
      ft_attempted: 20,
      offensive_rebounds: 10,
      defensive_rebounds: 30,
      total_rebounds: 40,
      assists: 20,
      steals: 10,
      blocks: 10,
      turnovers: 10,
      personal_fouls: 20,
      processed_at: SCRAPED,
      ...over,
    });
  }

  /** A fallback row with the figures of `man`. */
  async fallback(team: string, lookup: string, over: RawRow = {}): Promise<void> {
    await this.insert('bdl_player_boxscores', {
      game_date: NIGHT,
      team_abbr: team,
      player_lookup: lookup,
      player_full_name: lookup,
      minutes: '24',
      ...FALLBACK_LINE,
      processed_at: SCRAPED,
      ...over,
    });
  }

  /** A made lay-up from 2 feet, unless said otherwise; each play has its own sequence number. */
  async shot(team: string, lookup: string, over: RawRow = {}): Promise<void> {
    this.#plays += 1;
    await this.insert('bigdataball_play_by_play', {
      game_date: NIGHT,
      event_sequence: this.#plays,
      event_type: 'shot',
      event_subtype: 'layup shot',
      shot_type: '2PT',
      player_1_lookup: lookup,
      player_1_team_abbr: team,
      shot_made: true,
      shot_distance: 2,
      processed_at: SCRAPED,
      ...over,
    });
  }

  /** Brings the ledger's raw partitions up to date with the raw tables, as sync leaves them. */
  async land(): Promise<void> {
    await this.replica.run("DELETE FROM hoopduck.partition WHERE layer = 'raw'");
    // Most tables of a test are empty, and to say so of each is dearer than all of its rows.
    const names = RAW_TABLES.map(({ name }) => `nba_raw.${name}`);
    const filled = await this.replica.column<string>(
      names
        .map((table) => `SELECT '${table}' AS name WHERE EXISTS (FROM ${quoteTable(table)})`)
        .join(' UNION ALL '),
    );
    for (const table of filled) {
      await this.replica.run(
        `INSERT INTO hoopduck.partition
         SELECT $table, game_date, 'raw', 'token', ${digestSql(await this.replica.columnsOf(table))}, count(*),
           NULL, 'unchecked', NULL, TIMESTAMP '2025-01-01', 'test'
         FROM ${quoteTable(table)} GROUP BY game_date`,
        { table },
      );
    }
  }

  /** Builds the named models and everything that they read, where stale; gives what was built. */
  async build(...names: string[]): Promise<BuildResult[]> {
    await this.land();
    await refreshRawValues(this.replica);
    graph ??= loadGraph();
    const { models } = graph;
    const wanted = new Set(names);
    for (const model of [...models].reverse()) {
      if (wanted.has(model.name)) for (const input of model.inputs) wanted.add(input.table);
    }
    const built: BuildResult[] = [];
    for (const model of models.filter(({ name }) => wanted.has(name))) {
      const stale = await findStale(this.replica, graph, model, HORIZON, null);
      if (stale !== null) built.push(await buildModel(this.context, graph, model, stale));
      else await recordInputs(this.replica, model.name);
    }
    return built;
  }

  /** Builds a model and gives the asked columns of its rows, in the order of the first ones. */
  async rowsOf(model: string, columns: string, where = 'TRUE'): Promise<Record<string, unknown>[]> {
    await this.build(model);
    return this.replica.rows(
      `SELECT ${columns} FROM ${quoteTable(model)} WHERE ${where} ORDER BY ALL`,
    );
  }
}

export const LETTERS = 'abcdefghij';

const LINE = {
  points: 11,
  assists: 2,
  total_rebounds: 4,
  offensive_rebounds: 1,
  defensive_rebounds: 3,
  steals: 1,
  blocks: 1,
  turnovers: 1,
  personal_fouls: 2,
};

function gamebookRow(team: string | null, lookup: string, over: RawRow): RawRow {
  return {
    game_date: NIGHT,
    team_abbr: team,
    player_lookup: lookup,
    player_name: lookup,
    player_status: 'active',
    minutes: '24:00',
    ...LINE,
    field_goals_made: 4,
    field_goals_attempted: 9,
    three_pointers_made: 1,
    three_pointers_attempted: 3,
    free_throws_made: 2,
    free_throws_attempted: 2,
    plus_minus: 0,
    processed_at: SCRAPED,
    ...over,
  };
}

const FALLBACK_LINE = {
  points: 11,
  assists: 2,
  rebounds: 4,
  offensive_rebounds: 1,
  defensive_rebounds: 3,
  steals: 1,
  blocks: 1,
  turnovers: 1,
  personal_fouls: 2,
  field_goals_made: 4,
  field_goals_attempted: 9,
  three_pointers_made: 1,
  three_pointers_attempted: 3,
  free_throws_made: 2,
  free_throws_attempted: 2,
};
