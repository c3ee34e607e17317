import { relative, resolve } from 'node:path';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { count, duration, plural } from '../format.ts';
import type { CommandEnvironment, Outcome } from './command.ts';

interface SampleFlags {
  readonly dir: string;
  readonly seasons?: number;
  readonly seed?: number;
}

/** Writes a warehouse folder of a simulated league. */
export async function execute(flags: SampleFlags, env: CommandEnvironment): Promise<Outcome> {
  const started = performance.now();
  const folder = resolve(env.cwd, flags.dir);
  const { writeSample } = await import('../sample/sample.ts');
  const { dir: _, ...choices } = flags;
  const sample = await writeSample(folder, { ...choices, report: env.report });
  const seconds = (performance.now() - started) / 1000;
  const here = relative(env.cwd, folder) || '.';
  return {
    exitCode: EXIT.done,
    json: {
      folder,
      seconds,
      seed: sample.seed,
      seasons: sample.seasons,
      first_date: sample.firstDate,
      last_date: sample.lastDate,
      coming_dates: sample.comingDates,
      final_games: sample.finalGames,
      coming_games: sample.comingGames,
      player_rows: sample.playerRows,
      played_rows: sample.playedRows,
      tables: sample.tables,
      plants: sample.plants,
    },
    text: (style) =>
      [
        table(
          [{ title: 'table' }, { title: 'rows', align: 'right' }],
          sample.tables.map(({ name, rows }) => [name, count(rows)]),
          style,
        ),
        '',
        `Wrote a simulated league to ${here} in ${duration(seconds)}: ${sample.seasons.join(', ')}, seed ${sample.seed}, ${plural(sample.finalGames, 'played game')}, ${plural(sample.comingGames, 'game')} to come,`,
        `and ${plural(sample.plants.length, 'oddity', 'oddities')} that a pipeline must survive (hoopduck-sample.json lists them).`,
        `Next: ${style.bold(`hoopduck init league --warehouse ${here}`)}`,
      ].join('\n'),
  };
}
