import { RAW_TABLES } from '../../config/raw-tables.ts';
import { SEASON_STARTS, seasonLabel } from '../../config/seasons.ts';
import { EXIT } from '../../errors.ts';
import type {
  CommandEnvironment,
  CommandGroup,
  CommandModule,
  CommandSpec,
  Outcome,
} from '../command.ts';
import { usageError } from '../options.ts';
import { bashScript, type KnownWords } from './bash.ts';
import { fishScript } from './fish.ts';
import { shapesOf } from './shape.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints a script that completes the commands of a table, for the shell that is named. */
export function completionOf(commands: readonly (CommandSpec | CommandGroup)[]): CommandModule {
  return {
    async execute(
      { shell }: { readonly shell: string },
      env: CommandEnvironment,
    ): Promise<Outcome> {
      if (!(shell in SCRIPTS)) {
        const { didYouMean } = await import('../../config/suggest.ts');
        const meant = didYouMean(shell, Object.keys(SCRIPTS));
        throw usageError(
          `There is no completion for "${shell}"; bash, zsh or fish was wanted.${meant}`,
          'completion',
        );
      }
      const script = await completionScript(shell as keyof typeof SCRIPTS, commands);
      return env.json
        ? { exitCode: EXIT.done, json: { shell, script } }
        : { exitCode: EXIT.done, json: {}, raw: [script] };
    },
  };
}

/** The script of one shell. */
export async function completionScript(
  shell: keyof typeof SCRIPTS,
  commands: readonly (CommandSpec | CommandGroup)[],
): Promise<string> {
  const seasons = SEASON_STARTS.map(([year]) => seasonLabel(year));
  return SCRIPTS[shell](shapesOf(commands, seasons), await knownWords());
}

/** Staging models are not for typing; the workspace's own models are found by the script. */
async function knownWords(): Promise<KnownWords> {
  const { loadGraph } = await import('../../transforms/graph.ts');
  const { ACCURACY, INTERVALS, PREDICTIONS, TRAINING_RUNS } = await import(
    '../../train/prediction-tables.ts'
  );
  const models = loadGraph(null)
    .models.map(({ name }) => name)
    .filter((name) => !name.startsWith('hoopduck.'));
  return {
    tables: [
      ...RAW_TABLES.map(({ name }) => `nba_raw.${name}`),
      ...models,
      ...[PREDICTIONS, INTERVALS, ACCURACY, TRAINING_RUNS],
    ],
    dates: SEASON_STARTS.map(([, start]) => start),
  };
}
