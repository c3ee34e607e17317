import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { readColumns } from './columns.ts';
import { type Explanation, explainForecast } from './explanation.ts';
import type { Matrix } from './matrix.ts';
import { choosePredictor } from './predict.ts';
import type { FeatureFile } from './predictor.ts';
import { unseenFrom } from './training-report.ts';
import { PLAYER_GAMES } from './training-rows.ts';

/** Whose prediction is explained. */
export interface ExplainOptions {
  readonly player: string;
  /** Absent: his next game, else his last. */
  readonly date?: string | undefined;
  /** A model's id; absent: the one that predicts. */
  readonly model?: string | undefined;
}

/** Why the model says what it says of a player's game. */
export interface ExplainOutcome extends Explanation {
  readonly model_id: string;
  readonly player_lookup: string;
  readonly game_date: string;
  readonly team_abbr: string;
  readonly game_id: string | null;
  /** What he scored; null: not played, or not known yet. */
  readonly actual: number | null;
  /** Whether the model was trained or validated on this date: then it is no prediction. */
  readonly in_sample: boolean;
}

interface Game {
  readonly game_date: string;
  readonly team_abbr: string;
  readonly game_id: string | null;
  readonly actual: number | null;
}

/**
 * Scores one player's game from its features as they are now and takes the prediction apart. Only
 * reads.
 * @throws HoopduckError UNKNOWN_PLAYER (exit 2) when no game has him, NO_SUCH_GAME (exit 2) when none
 * of that date has, EXPLAIN_TABLES_MISSING (exit 1) before the first transform, and those of
 * `choosePredictor`
 */
export async function explainPrediction(
  world: Pick<StageContext, 'replica' | 'config' | 'report'>,
  options: ExplainOptions,
): Promise<ExplainOutcome> {
  const { replica } = world;
  const { model, predictor } = await choosePredictor(world, options.model);
  const game = await findGame(replica, options);
  const { features } = predictor.features;
  const row = await loadRow(replica, predictor.features, options.player, game.game_date);
  return {
    model_id: model.modelId,
    player_lookup: options.player,
    ...game,
    in_sample: game.game_date < unseenFrom(model.training),
    ...explainForecast(predictor.model, features, row),
  };
}

async function findGame(replica: Replica, { player, date }: ExplainOptions): Promise<Game> {
  for (const table of ['hoopduck.population', PLAYER_GAMES]) {
    if (await replica.hasTable(table)) continue;
    throw new HoopduckError('EXPLAIN_TABLES_MISSING', `The table "${table}" is not built yet.`, {
      next: 'Run "hoopduck transform" first.',
      exitCode: EXIT.failed,
    });
  }
  const game = await replica.row<Game>(
    `SELECT p.game_date, p.team_abbr, p.game_id, CAST(g.points AS DOUBLE) AS actual
     FROM hoopduck.population AS p
     LEFT JOIN ${quoteTable(PLAYER_GAMES)} AS g
       ON g.game_date = p.game_date AND g.player_lookup = p.player_lookup
     WHERE p.player_lookup = $player AND ($date IS NULL OR p.game_date = CAST($date AS DATE))
     ORDER BY p.is_final, CASE WHEN p.is_final THEN p.game_date END DESC, p.game_date
     LIMIT 1`,
    { player, date: date ?? null },
  );
  if (game !== undefined) return game;
  const span = await replica.row<{ first: string | null; last: string | null }>(
    `SELECT min(game_date) AS first, max(game_date) AS last FROM hoopduck.population
     WHERE player_lookup = $player`,
    { player },
  );
  if (span?.first != null) {
    throw new HoopduckError(
      'NO_SUCH_GAME',
      `The player "${player}" has no game on ${date}; his games run from ${span.first} to ${span.last}.`,
      { next: 'Leave "--date" out for his next game.', exitCode: EXIT.usage },
    );
  }
  const near = await replica.column<string>(
    `SELECT player_lookup FROM (SELECT DISTINCT player_lookup FROM hoopduck.population)
     ORDER BY jaro_winkler_similarity(player_lookup, $player) DESC, player_lookup LIMIT 3`,
    { player },
  );
  throw new HoopduckError('UNKNOWN_PLAYER', `No game has a player "${player}".`, {
    next:
      near.length === 0
        ? 'Run "hoopduck sync" and "hoopduck transform" first.'
        : `The nearest names are ${near.map((name) => `"${name}"`).join(', ')}.`,
    exitCode: EXIT.usage,
  });
}

/** The features of one row; all missing where there are none, as `predict` has it. */
async function loadRow(
  replica: Replica,
  { table, features }: FeatureFile,
  player: string,
  date: string,
): Promise<Matrix> {
  const columns = features.map(
    ({ name }, j) => `CAST(f.${quoteIdentifier(name)} AS DOUBLE) AS f${j}`,
  );
  const { matrix } = await readColumns(
    replica,
    `SELECT ${columns.join(', ')} FROM (SELECT 1) AS one
     LEFT JOIN ${quoteTable(table)} AS f
       ON f.game_date = CAST($date AS DATE) AND f.player_lookup = $player`,
    { player, date },
    { text: [], ints: [], floats: [], matrix: features.map((_, j) => `f${j}`) },
  );
  return matrix;
}
