import type { EngineName, FeatureSetName } from '../config/config.ts';
import type { Style } from '../console/style.ts';
import type { TrainingReport } from '../train/training-report.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { checkRange, forceOption, usageError } from './options.ts';
import { trainingText } from './train-text.ts';
import { walkForwardText } from './walk-forward-text.ts';

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
  readonly refit?: boolean;
  readonly walkForward?: boolean;
  /** Season year. */
  readonly fromSeason?: number;
}

/** Trains a model and reports it beside the trivial predictors on the same rows. */
export async function execute(flags: TrainFlags, env: CommandEnvironment): Promise<Outcome> {
  checkRange(flags, 'train');
  if (flags.walkForward === true) return walkForward(flags, env);
  if (flags.fromSeason !== undefined) {
    throw usageError('The option "--from-season" goes with "--walk-forward".', 'train');
  }
  const force = forceOption(flags, 'train');
  const started = performance.now();
  return env.stage(flags, async (ctx) => {
    const { trainStage } = await import('../train/train.ts');
    const { verdict, training, refusal, exitCode, red, alarms } = await trainStage(ctx, {
      ...flags,
      force,
    });
    const { previousCandidate } = await import('../train/previous-candidate.ts');
    const previous =
      verdict === 'trained' && training !== null
        ? await previousCandidate(ctx.replica, training)
        : null;
    const seconds = (performance.now() - started) / 1000;
    return {
      exitCode,
      // Without a model its fields are there all the same, as null: scripts need not ask for keys.
      json: { ...NO_TRAINING, ...training, previous_candidate: previous, red, alarms, seconds },
      ...(refusal !== null && { failure: refusal }),
      ...(training !== null && {
        text: (style: Style) => trainingText(training, seconds, style, previous),
      }),
    };
  });
}

/** Tests season after season on models of the seasons before, and keeps the report alone. */
async function walkForward(flags: TrainFlags, env: CommandEnvironment): Promise<Outcome> {
  const cut = (
    [
      ['--split', flags.split],
      ['--validate-from', flags.validateFrom],
      ['--test-from', flags.testFrom],
      ['--refit', flags.refit],
    ] as const
  ).find(([, value]) => value !== undefined);
  if (cut !== undefined) {
    throw usageError(
      `A walk forward cuts at the seasons; "${cut[0]}" was given beside "--walk-forward".`,
      'train',
    );
  }
  const force = forceOption(flags, 'train');
  const started = performance.now();
  return env.stage(flags, async (ctx) => {
    const { walkForwardStage } = await import('../train/walk-forward.ts');
    const { refusal, exitCode, report, file, red, alarms } = await walkForwardStage(ctx, {
      ...flags,
      force,
    });
    const seconds = (performance.now() - started) / 1000;
    return {
      exitCode,
      json: { report, file, red, alarms, seconds },
      ...(refusal !== null && { failure: refusal }),
      ...(report !== null &&
        file !== null && {
          text: (style: Style) => walkForwardText({ report, file }, seconds, style),
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
  refit: null,
};
