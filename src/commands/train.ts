import type { EngineName, FeatureSetName } from '../config/config.ts';
import { count, duration } from '../console/format.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import type { ComparedFigures, TrainingReport } from '../train/training-report.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { checkRange, forceOption } from './options.ts';

interface TrainFlags {
  readonly from?: string;
  readonly to?: string;
  readonly split?: readonly [number, number, number];
  readonly validateFrom?: string;
  readonly testFrom?: string;
  readonly features?: FeatureSetName;
  readonly engine?: EngineName;
  readonly exclude?: readonly string[];
  readonly force?: boolean;
  readonly reason?: string;
}

/** Trains a model and reports it beside the trivial predictors on the same rows. */
export async function execute(flags: TrainFlags, env: CommandEnvironment): Promise<Outcome> {
  checkRange(flags, 'train');
  const force = forceOption(flags, 'train');
  const started = performance.now();
  return env.stage(flags, async (ctx) => {
    const { trainStage } = await import('../train/train.ts');
    const { training, refusal, exitCode, red, alarms } = await trainStage(ctx, { ...flags, force });
    const seconds = (performance.now() - started) / 1000;
    return {
      exitCode,
      // Without a model its fields are there all the same, as null: scripts need not ask for keys.
      json: { ...NO_TRAINING, ...training, red, alarms, seconds },
      ...(refusal !== null && { failure: refusal }),
      ...(training !== null && {
        text: (style: Style) => trainingText(training, seconds, style),
      }),
    };
  });
}

const NO_TRAINING: Readonly<Record<keyof TrainingReport, null>> = {
  model_id: null,
  engine: null,
  features: null,
  split: null,
  parts: null,
  test: null,
  artefact: null,
  members: null,
  excluded: null,
};

function trainingText(training: TrainingReport, seconds: number, style: Style): string {
  const { parts, test } = training;
  const right = 'right' as const;
  const ranges = Object.entries(parts).map(([name, { from, to, n }]) => [name, from, to, count(n)]);
  const errors = [
    errorRow('model', test, 'model_mae'),
    errorRow('last 10', test, 'last_10_mae'),
    errorRow('last 5', test, 'last_5_mae'),
    errorRow('season mean', test, 'season_mae'),
    errorRow('mix', test, 'mix_mae'),
  ];
  const { compared, minutes_10: tens } = test;
  return [
    table(
      [{ title: 'part' }, { title: 'from' }, { title: 'to' }, { title: 'rows', align: right }],
      ranges,
      style,
    ),
    '',
    table(
      [
        { title: 'MAE on test rows' },
        { title: `all compared (${count(compared.n)})`, align: right },
        { title: `10 minutes or more (${count(tens.n)})`, align: right },
      ],
      errors,
      style,
    ),
    '',
    `Model ${style.bold(training.model_id)}: ${training.features}, ${training.engine}, ${members(training)}, in ${duration(seconds)}.`,
    `It lies in ${training.artefact}. Next: ${style.bold('hoopduck predict')}`,
  ].join('\n');
}

/** `lines-report 312, plain 298 rounds`. */
function members({ members: trained }: TrainingReport): string {
  const named = trained.map(({ name, rounds }) => `${name} ${rounds.join('+')}`);
  return `${named.join(', ')} rounds`;
}

function errorRow(
  name: string,
  test: TrainingReport['test'],
  figure: Exclude<keyof ComparedFigures, 'n'>,
): string[] {
  const text = (mae: number | null) => (mae === null ? '-' : mae.toFixed(3));
  return [name, text(test.compared[figure]), text(test.minutes_10[figure])];
}
