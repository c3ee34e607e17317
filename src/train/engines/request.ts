import { EXIT, HoopduckError } from '../../errors.ts';
import type { Engine, TrainRequest } from './engine.ts';

/**
 * Refuses what an engine cannot train, before it starts: throws a RangeError for a matrix, labels or
 * rounds that do not fit together, and OBJECTIVE_UNSUPPORTED for an objective that it does not have.
 */
export function checkRequest(
  engine: Pick<Engine, 'name' | 'objectives'>,
  { matrix, labels, rounds, parameters }: TrainRequest,
): void {
  if (!engine.objectives.includes(parameters.objective)) {
    throw new HoopduckError(
      'OBJECTIVE_UNSUPPORTED',
      `The engine "${engine.name}" cannot minimise "${parameters.objective}"; it has ` +
        `${engine.objectives.map((name) => `"${name}"`).join(' and ')}.`,
      { next: 'Use --engine native, or another objective.', exitCode: EXIT.usage },
    );
  }
  if (matrix.values.length !== matrix.rows * matrix.columns || labels.length !== matrix.rows) {
    throw new RangeError(
      `The matrix says ${matrix.rows} x ${matrix.columns}, has ${matrix.values.length} values and ` +
        `${labels.length} labels.`,
    );
  }
  if (matrix.rows === 0 || !Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(
      `Training has ${matrix.rows} rows and ${rounds} rounds; both must be 1 up.`,
    );
  }
  const bad = labels.findIndex((label) => !Number.isFinite(label));
  if (bad >= 0) throw new RangeError(`Label ${bad} is ${labels[bad]}; labels must be finite.`);
}

/** How the promise of an aborted training rejects. */
export function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'Training was interrupted; no model was written.', {
    next: 'Run the command again; training starts from the beginning.',
    exitCode: EXIT.interrupted,
  });
}
