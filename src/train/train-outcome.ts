import { type ErrorCode, EXIT, type ExitCode } from '../errors.ts';
import type { LeakAlarm } from './leak-alarms.ts';
import { type RedCheck, redCheckText } from './red-checks.ts';
import type { TrainingReport } from './training-report.ts';

/** How a training ended. A refusal leaves no artefact and says why. */
export interface TrainOutcome {
  readonly verdict: 'trained' | 'unchanged' | 'refused';
  readonly exitCode: ExitCode;
  readonly training: TrainingReport | null;
  readonly refusal: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly next: string;
  } | null;
  /** Failed checks that touch the rows, forced past or not. */
  readonly red: readonly RedCheck[];
  readonly alarms: readonly LeakAlarm[];
}

/** Scorers of one model may part by this many points (float32 sums in another order give 1e-5). */
export const PARITY_LIMIT = 1e-4;

function refused(
  refusal: { code: ErrorCode; message: string; next: string },
  red: readonly RedCheck[],
  alarms: readonly LeakAlarm[],
): TrainOutcome {
  return { verdict: 'refused', exitCode: EXIT.failed, training: null, refusal, red, alarms };
}

/** The rows do not fill three parts. */
export function tooFewRows(): TrainOutcome {
  return refused(
    {
      code: 'TRAIN_TOO_FEW_ROWS',
      message:
        'The rows asked for do not fill a training, a validation and a test part; each needs at least one date with a player who played.',
      next: 'Widen "--from" and "--to", or move the split.',
    },
    [],
    [],
  );
}

/** A walk forward finds no season to test. */
export function tooFewSeasons(): TrainOutcome {
  return refused(
    {
      code: 'TRAIN_TOO_FEW_SEASONS',
      message:
        'A walk forward tests a season on models of the two or more before it; the rows asked for have fewer than three seasons.',
      next: 'Sync and transform more seasons, or widen "--from" and "--to". The first season of the replica is history only, unless "--from" asks for it.',
    },
    [],
    [],
  );
}

/** Red checks touch the rows, and nobody forced. */
export function refusedByChecks(red: readonly RedCheck[]): TrainOutcome {
  const shown = red.slice(0, 5).map(redCheckText).join(', ');
  const more = red.length > 5 ? ` and ${red.length - 5} more` : '';
  const dates = [...new Set(red.filter((r) => r.scope === 'date').map((r) => r.scope_value))];
  return refused(
    {
      code: 'TRAIN_RED_CHECKS',
      message: `Training is refused: ${red.length} red ${red.length === 1 ? 'check touches' : 'checks touch'} its rows: ${shown}${more}.`,
      next: red.every(({ scope }) => scope === 'date')
        ? `Mend the data, leave the dates out (${dates
            .slice(0, 3)
            .map((date) => `--exclude ${date}`)
            .join(' ')}), or use --force with --reason.`
        : 'Mend the data and run "hoopduck validate", or use --force with --reason.',
    },
    red,
    [],
  );
}

/** A figure looks as if it knew the night itself, and nobody forced. */
export function refusedByAlarms(
  red: readonly RedCheck[],
  alarms: readonly LeakAlarm[],
): TrainOutcome {
  return refused(
    {
      code: 'TRAIN_LEAK_ALARM',
      message: alarms.map(({ message }) => message).join(' '),
      next: 'Find what knows the night itself; --force with --reason trains all the same.',
    },
    red,
    alarms,
  );
}

/** The forms of the model score differently; force does not help. */
export function refusedByParity(red: readonly RedCheck[], found: number): TrainOutcome {
  return refused(
    {
      code: 'TRAIN_ONNX_PARITY',
      message: `The engine, the reference and the ONNX form part by ${found}; at most ${PARITY_LIMIT} was wanted. No artefact was written.`,
      next: 'Report this with the versions that "hoopduck doctor" prints.',
    },
    red,
    [],
  );
}
