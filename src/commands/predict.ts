import type { Style } from '../console/style.ts';
import { EXIT } from '../errors.ts';
import { count, duration, plural } from '../format.ts';
import type { PredictOutcome } from '../train/predict.ts';
import type { GameWithout } from '../train/what-was-known.ts';
import { playerLookup } from '../transforms/player-lookup.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { explainText } from './explain-text.ts';
import { checkRange, usageError } from './options.ts';

interface PredictFlags {
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly model?: string;
  /** A player's lookup or name. */
  readonly explain?: string;
}

/** What is said of a model that was not named. */
const CHOSEN: Readonly<Record<PredictOutcome['model_chosen_as'], string>> = {
  id: '',
  champion: ' (champion)',
  candidate: ' (candidate)',
  newest: ' (newest)',
};

/** Games that are named on the screen; the document of --json names all. */
const SHOWN_GAMES = 5;

/** Predicts the players of scheduled and past games, and grades what is known. */
export async function execute(flags: PredictFlags, env: CommandEnvironment): Promise<Outcome> {
  checkRange(flags, 'predict');
  if (flags.date !== undefined && (flags.from !== undefined || flags.to !== undefined)) {
    throw usageError(
      'The option "--date" stands for itself; it was given with a range.',
      'predict',
    );
  }
  if (flags.explain !== undefined) return explain(flags.explain, flags, env);
  const started = performance.now();
  return env.stage(flags, async (ctx) => {
    const { predictStage } = await import('../train/predict.ts');
    const { exitCode, ...result } = await predictStage(ctx, {
      from: flags.date ?? flags.from,
      to: flags.date ?? flags.to,
      model: flags.model,
    });
    const seconds = (performance.now() - started) / 1000;
    return {
      exitCode,
      json: { ...result, seconds },
      text: (style) => predictText({ exitCode, ...result }, seconds, style),
    };
  });
}

/** Takes one player's prediction apart; the replica is only read. */
async function explain(
  player: string,
  flags: PredictFlags,
  env: CommandEnvironment,
): Promise<Outcome> {
  if (flags.from !== undefined || flags.to !== undefined) {
    throw usageError(
      'The option "--explain" is of one game; give its date with "--date", not a range.',
      'predict',
    );
  }
  const { explainPrediction } = await import('../train/explain.ts');
  const found = await env.reading((replica, config) =>
    explainPrediction(
      { replica, config, report: env.report },
      { player: playerLookup(player), date: flags.date, model: flags.model },
    ),
  );
  return { exitCode: EXIT.done, json: { ...found }, text: (style) => explainText(found, style) };
}

function predictText(result: PredictOutcome, seconds: number, style: Style): string {
  const { graded } = result;
  const lines = [
    `${plural(result.rows, 'prediction')} on ${plural(result.dates, 'date')} by model ${style.bold(result.model_id)}${CHOSEN[result.model_chosen_as]}: ${count(result.written)} dates written, ${count(result.unchanged)} unchanged${result.removed === 0 ? '' : `, ${count(result.removed)} removed`}. (${duration(seconds)})`,
  ];
  lines.push(...gameLines('injury report', result.games_without_report, result.games, style));
  lines.push(...gameLines('line', result.games_without_lines, result.games, style));
  if (result.red.length > 0) {
    lines.push(style.red(`Stamped with ${plural(result.red.length, 'red check')}.`));
  }
  lines.push(
    graded.mae === null
      ? 'No results are in yet: nothing is graded.'
      : `Graded: ${plural(graded.rows, 'prediction')} on ${plural(graded.dates, 'date')}, MAE ${graded.mae.toFixed(3)}.`,
  );
  return lines.join('\n');
}

function gameLines(
  what: string,
  without: readonly GameWithout[],
  games: number,
  style: Style,
): string[] {
  if (without.length === 0) return [];
  const named = without
    .slice(0, SHOWN_GAMES)
    .map(({ game_date, game_id, teams }) => `${game_id ?? game_date} (${teams})`);
  const more =
    without.length > SHOWN_GAMES ? `, and ${count(without.length - SHOWN_GAMES)} more` : '';
  const head = `${count(without.length)} of ${plural(games, 'game')} without ${what}: `;
  return [style.yellow(head + named.join(', ') + more)];
}
