import type { FeatureNeed, FeatureSet } from './feature-sets.ts';
import type { Matrix } from './matrix.ts';

/**
 * One of the models that a row can be given to: a model that learned with lines or with injury
 * reports is worse where there are none than one that never saw them (FEATURES.md, Lines, Injury
 * reports), so what the game has chooses.
 */
export interface MemberKind {
  readonly name: string;
  /** What a row must have. */
  readonly needs: readonly FeatureNeed[];
  /** Columns of the set that it reads, ascending: all but those whose need it lacks. */
  readonly columns: readonly number[];
  /** Columns of the set that must not be missing for it to be chosen. */
  readonly presence: readonly number[];
}

const COMBINATIONS: readonly (readonly FeatureNeed[])[] = [
  ['lines', 'report'],
  ['report'],
  ['lines'],
  [],
];

/** The kinds of a set, the most demanding first; the last is `plain` and takes every row. */
export function memberKinds({ features, presence, firstStage }: FeatureSet): MemberKind[] {
  const has = (need: FeatureNeed): boolean => presence[need] !== null;
  return COMBINATIONS.filter((needs) => needs.every(has)).map((needs) => ({
    name: needs.length === 0 ? 'plain' : needs.join('-'),
    needs,
    columns: features.flatMap(({ name, needs: need }, column) =>
      name !== firstStage?.season && (need === null || needs.includes(need)) ? [column] : [],
    ),
    presence: needs.map((need) => features.findIndex(({ name }) => name === presence[need])),
  }));
}

/** Rows of the matrix (their indices) in which nothing that the kind demands is missing. */
export function rowsThatHave({ presence }: Pick<MemberKind, 'presence'>, matrix: Matrix): number[] {
  const { columns, values } = matrix;
  const rows: number[] = [];
  for (let row = 0; row < matrix.rows; row++) {
    if (presence.every((column) => !Number.isNaN(values[row * columns + column]!))) rows.push(row);
  }
  return rows;
}

/**
 * For each row of the matrix the place, in `members`, of the first that takes it. The last member
 * must demand nothing.
 */
export function chooseMembers(
  members: readonly Pick<MemberKind, 'presence'>[],
  { rows, columns, values }: Matrix,
): Uint8Array {
  const chosen = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    chosen[row] = members.findIndex(({ presence }) =>
      presence.every((column) => !Number.isNaN(values[row * columns + column]!)),
    );
  }
  return chosen;
}
