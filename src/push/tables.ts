/** What push has to know of a table: how it is partitioned and ordered, and what its rows were computed from. */
export interface PushTable {
  /** `dataset.table` */
  readonly name: string;
  readonly partitionColumn: string;
  /** Orders rows within a date; empty: by every column. */
  readonly key: readonly string[];
  /** Tables and whole datasets (`nba_raw.*`) whose rows of the same date its rows read. */
  readonly sameDate: readonly string[];
  /** Tables whose rows of earlier dates its rows read. */
  readonly earlier: readonly string[];
  /** How many last played games of a player it reads, across seasons; 0: its windows stay in the season. */
  readonly lastGames: number;
  /** Whether --from and --to bound it; a record of training has no game date. */
  readonly bounded: boolean;
}

/** Datasets that push takes to production, in the order in which it does. */
export const PUSH_DATASETS = [
  'nba_analytics',
  'nba_precompute',
  'nba_predictions',
  'nba_quality',
] as const;

const RAW = 'nba_raw.*';
const OFFENSE = 'nba_analytics.team_offense_game_summary';
const DEFENSE = 'nba_analytics.team_defense_game_summary';
const PLAYERS = 'nba_analytics.player_game_summary';
const SHOT_ZONES = 'nba_precompute.player_shot_zone_analysis';
const DEFENSE_ZONES = 'nba_precompute.team_defense_zone_analysis';
const DAILY_CACHE = 'nba_precompute.player_daily_cache';
const CONTEXT = 'nba_precompute.player_game_context';
const FACTORS = 'nba_precompute.player_composite_factors';
const PREDICTIONS = 'nba_predictions.player_prop_predictions';
const INTERVALS = 'nba_predictions.player_prop_intervals';
const ACCURACY = 'nba_predictions.prediction_accuracy';

/** `..._last_10` of SPEC 4.3, which the other tables read. */
const PRECOMPUTE_GAMES = 10;
/** The longest window of last games among the features of a model, and of a table that we do not know. */
const PREDICTION_GAMES = 20;

/** The table of predictions, whose rows name the model that made them. */
export const PREDICTION_TABLE = PREDICTIONS;

const ANALYTICS = {
  earlier: [],
  lastGames: 0,
  partitionColumn: 'game_date',
  bounded: true,
};
/** What is known of a prediction when it is graded or given an interval: the prediction and what it read. */
const OF_PREDICTION = {
  partitionColumn: 'game_date',
  key: ['player_lookup', 'system_id', 'prediction_id'],
  sameDate: [RAW, PLAYERS, 'nba_precompute.*', PREDICTIONS],
  earlier: [RAW, PLAYERS, OFFENSE, DEFENSE],
  lastGames: PREDICTION_GAMES,
  bounded: true,
} as const;
const BY_PLAYER = { key: ['player_lookup'], bounded: true } as const;

/**
 * The tables of SPEC 3, 4 and 7. A precompute table of players reads the listing of its own date (its
 * population) from the rows that player_game_summary publishes, hence PLAYERS of the same date.
 */
const TABLES: readonly PushTable[] = [
  { ...ANALYTICS, name: OFFENSE, key: ['team_abbr'], sameDate: [RAW] },
  { ...ANALYTICS, name: DEFENSE, key: ['defending_team_abbr'], sameDate: [RAW, OFFENSE] },
  { ...ANALYTICS, name: PLAYERS, key: ['player_lookup'], sameDate: [RAW, OFFENSE] },
  {
    ...BY_PLAYER,
    name: SHOT_ZONES,
    partitionColumn: 'analysis_date',
    sameDate: [RAW, PLAYERS],
    earlier: [RAW, PLAYERS],
    lastGames: 0,
  },
  {
    name: DEFENSE_ZONES,
    partitionColumn: 'analysis_date',
    key: ['team_abbr'],
    sameDate: ['nba_raw.nbac_schedule'],
    earlier: [RAW, OFFENSE, DEFENSE],
    lastGames: 0,
    bounded: true,
  },
  {
    ...BY_PLAYER,
    name: DAILY_CACHE,
    partitionColumn: 'cache_date',
    sameDate: [RAW, PLAYERS],
    earlier: [RAW, PLAYERS, OFFENSE],
    lastGames: PRECOMPUTE_GAMES,
  },
  {
    ...BY_PLAYER,
    name: CONTEXT,
    partitionColumn: 'game_date',
    sameDate: [RAW, PLAYERS],
    earlier: [RAW, PLAYERS, OFFENSE, DEFENSE],
    lastGames: PRECOMPUTE_GAMES,
  },
  {
    ...BY_PLAYER,
    name: FACTORS,
    partitionColumn: 'game_date',
    sameDate: [RAW, PLAYERS, SHOT_ZONES, DEFENSE_ZONES, DAILY_CACHE, CONTEXT],
    earlier: [RAW, PLAYERS, OFFENSE, DEFENSE],
    lastGames: PRECOMPUTE_GAMES,
  },
  {
    name: PREDICTIONS,
    partitionColumn: 'game_date',
    key: ['player_lookup', 'system_id', 'prediction_id'],
    sameDate: [RAW, PLAYERS, 'nba_precompute.*'],
    earlier: [RAW, PLAYERS, OFFENSE, DEFENSE],
    lastGames: PREDICTION_GAMES,
    bounded: true,
  },
  { ...OF_PREDICTION, name: INTERVALS },
  { ...OF_PREDICTION, name: ACCURACY },
  {
    name: 'nba_predictions.ml_training_runs',
    partitionColumn: 'run_date',
    key: ['run_id', 'model_id'],
    sameDate: [],
    earlier: [],
    lastGames: 0,
    bounded: false,
  },
  {
    // What is red is to be seen in production too: no gate stops it.
    name: 'nba_quality.gate_results',
    partitionColumn: 'game_date',
    key: ['check_name', 'table_name', 'scope', 'scope_value'],
    sameDate: [],
    earlier: [],
    lastGames: 0,
    bounded: true,
  },
];

const BY_NAME = new Map(TABLES.map((table) => [table.name, table]));

/** Each table of a dataset is pushed after those that it may read. */
export function pushTable(name: string): PushTable {
  return BY_NAME.get(name) ?? unknownTable(name);
}

/** Tables in the order in which they are pushed: datasets, then as SPEC has them, then others by name. */
export function inPushOrder(names: Iterable<string>): PushTable[] {
  const rank = (name: string) => {
    const dataset = PUSH_DATASETS.findIndex((prefix) => name.startsWith(`${prefix}.`));
    const known = TABLES.findIndex((table) => table.name === name);
    return dataset * 1000 + (known === -1 ? 999 : known);
  };
  return [...new Set(names)]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => pushTable(name));
}

/** A user's own table is taken to read everything below it. */
function unknownTable(name: string): PushTable {
  const analytics = name.startsWith('nba_analytics.');
  return {
    name,
    partitionColumn: 'game_date',
    key: [],
    sameDate: analytics ? [RAW] : [RAW, 'nba_analytics.*'],
    earlier: analytics ? [] : [RAW, 'nba_analytics.*'],
    lastGames: analytics ? 0 : PREDICTION_GAMES,
    bounded: true,
  };
}

/** Whether `table` is one of `names`, where `dataset.*` stands for all of a dataset. */
export function isOneOf(table: string, names: readonly string[]): boolean {
  return names.some((name) =>
    name.endsWith('.*') ? table.startsWith(name.slice(0, -1)) : name === table,
  );
}
