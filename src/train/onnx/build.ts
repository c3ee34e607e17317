import type { Member, Model } from '../model.ts';
import { LEVELS, type ResidualTable } from '../residual-table.ts';
import { widthOf } from '../two-stages/first-stage.ts';
import { addFirstStageNodes, type GraphBuilder } from './first-stage.ts';
import {
  type AttributeValue,
  doubleTensor,
  ELEMENT,
  floatMatrix,
  integerTensor,
  model as modelFile,
  node,
} from './schema.ts';
import { treesNode } from './trees.ts';

/**
 * The whole way from features to points and their interval as one ONNX file: input `features`
 * (float32 [N, F], NaN is missing), outputs `points` (float32 [N, 1]) and `quantiles` (float32
 * [N, 11], points at each of `LEVELS`). Each row is given to the first member that has what it needs
 * and only there. The trees add up in float32 as `walk` does; what follows runs in double precision
 * in the order of `forecast` and is rounded to float32 at the end. So with one thread the points are
 * those of `forecast` in float32, bit for bit; several threads may add the trees in another order,
 * which moved points by at most 5e-5 of 340 trees. A first stage is part of the graph. Metadata: `feature_names`, `members` and `levels`,
 * as JSON. The same model gives the same bytes.
 */
export function toOnnx(model: Model, featureNames: readonly string[]): Uint8Array {
  const graph = new Graph();
  graph.constant('zero', doubleTensor([1], [0]));
  const { members, firstStage } = model;
  if (firstStage !== undefined) graph.read = addFirstStageNodes(graph, firstStage);
  const scored = members.length === 1 ? graph.soleMember(members[0]!) : graph.members(members);
  graph.add('Cast', [scored.points], 'points', { to: { integer: ELEMENT.float } });
  graph.add('Cast', [scored.quantiles], 'quantiles', { to: { integer: ELEMENT.float } });
  for (const { featureCount } of members.flatMap(({ ensembles }) => ensembles)) {
    const derived = firstStage === undefined ? 0 : widthOf(firstStage) - firstStage.columns;
    if (featureCount === featureNames.length + derived) continue;
    throw new RangeError(
      `${featureNames.length} feature names were given for ${featureCount - derived} features.`,
    );
  }
  return modelFile({
    name: 'points',
    nodes: graph.nodes,
    constants: [...graph.constants].map(([name, tensor]) => tensor(name)),
    inputs: [floatMatrix('features', featureNames.length)],
    outputs: [floatMatrix('points', 1), floatMatrix('quantiles', LEVELS.length)],
    operatorSets: { '': 13, 'ai.onnx.ml': 3 },
    metadata: {
      feature_names: JSON.stringify(featureNames),
      members: JSON.stringify(members.map(({ name }) => name)),
      levels: JSON.stringify(LEVELS),
    },
  });
}

/** Names of the two results, in double precision. */
interface Scored {
  readonly points: string;
  readonly quantiles: string;
}

/** Operators and constants as they come together; a member's values begin with its name. */
class Graph implements GraphBuilder {
  /** What the trees of members read: the input, or it and the columns of the first stage. */
  read = 'features';
  readonly nodes: Uint8Array[] = [];
  readonly constants = new Map<string, (name: string) => Uint8Array>();

  add(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    this.nodes.push(node(operator, inputs, output, attributes));
    return output;
  }

  constant(name: string, tensor: (name: string) => Uint8Array): string {
    this.constants.set(name, tensor);
    return name;
  }

  soleMember(member: Member): Scored {
    return this.member(member, this.read);
  }

  /** Each member scores its own rows; the results go back to the rows' places. */
  members(members: readonly Member[]): Scored {
    this.constant('first_axis', integerTensor([1], [0]));
    this.constant('second_axis', integerTensor([1], [1]));
    const scored: Scored[] = [];
    const places: string[] = [];
    let rest: string | undefined;
    for (const member of members) {
      const taken = this.taken(member, rest);
      places.push(this.add('NonZero', [taken.mine], `${member.name}.place`));
      const place = this.add('Squeeze', [places.at(-1)!, 'first_axis'], `${member.name}.rows`);
      const rows = this.add('Gather', [this.read, place], `${member.name}.features`);
      scored.push(this.member(member, rows));
      rest = taken.rest;
    }
    // NonZero gives [1, n]; ScatterND wants one index a row.
    const flat = this.add('Concat', places, 'places', { axis: { integer: 1 } });
    const index = this.add('Transpose', [flat], 'index');
    const gather = (kind: keyof Scored): string => {
      const parts = scored.map((of) => of[kind]);
      const ordered = this.add('Concat', parts, `${kind}.by_member`, { axis: { integer: 0 } });
      return this.add('ScatterND', [ordered, index, ordered], `${kind}.by_row`);
    };
    return { points: gather('points'), quantiles: gather('quantiles') };
  }

  /** Which rows are the member's: those left that have what it needs; and what is left then. */
  taken({ name, presence }: Member, left: string | undefined): { mine: string; rest: string } {
    const conditions = presence.map((column) => {
      const place = this.constant(`${name}.column_${column}`, integerTensor([1], [column]));
      const value = this.add('Gather', ['features', place], `${name}.value_${column}`, {
        axis: { integer: 1 },
      });
      const flat = this.add('Squeeze', [value, 'second_axis'], `${name}.flat_${column}`);
      const missing = this.add('IsNaN', [flat], `${name}.missing_${column}`);
      return this.add('Not', [missing], `${name}.known_${column}`);
    });
    const all = left === undefined ? conditions : [left, ...conditions];
    if (all.length === 0) throw new RangeError('The first of several members needs nothing.');
    const mine = all.reduce((both, next, at) => this.add('And', [both, next], `${name}.and_${at}`));
    const others = this.add('Not', [mine], `${name}.others`);
    const rest = left === undefined ? others : this.add('And', [left, others], `${name}.rest`);
    return { mine, rest };
  }

  /** Points and quantiles of rows that are one member's. */
  member({ name, ensembles, correction, residuals }: Member, rows: string): Scored {
    const walked = ensembles.map((ensemble, seed) => {
      this.nodes.push(treesNode(ensemble, rows, `${name}.trees_${seed}`));
      return this.add('Cast', [`${name}.trees_${seed}`], `${name}.root_${seed}`, {
        to: { integer: ELEMENT.double },
      });
    });
    const sum = walked.reduce((a, b, seed) => this.add('Add', [a, b], `${name}.sum_${seed}`));
    const root =
      walked.length === 1
        ? sum
        : this.add(
            'Div',
            [sum, this.constant(`${name}.seeds`, doubleTensor([1], [walked.length]))],
            `${name}.root`,
          );
    const [a, b, c] = (['a', 'b', 'c'] as const).map((key) =>
      this.constant(`${name}.${key}`, doubleTensor([1], [correction[key]])),
    ) as [string, string, string];
    const upwards = this.add('Max', [root, 'zero'], `${name}.upwards`);
    const squared = this.add('Mul', [upwards, upwards], `${name}.squared`);
    const linear = this.add('Mul', [b, squared], `${name}.linear`);
    const straight = this.add('Add', [a, linear], `${name}.straight`);
    const scaled = this.add('Mul', [c, squared], `${name}.scaled`);
    const bend = this.add('Mul', [scaled, squared], `${name}.bend`);
    const corrected = this.add('Add', [straight, bend], `${name}.corrected`);
    const points = this.add('Max', [corrected, 'zero'], `${name}.points`);
    const end = this.add('Add', [root, this.offsets(name, residuals, root)], `${name}.ends`);
    const above = this.add('Max', [end, 'zero'], `${name}.ends_above`);
    return { points, quantiles: this.add('Mul', [above, above], `${name}.quantiles`) };
  }

  /**
   * What to add to each root, a column a level: the first knot's offsets, plus for each piece between
   * two knots the part of it that lies below the root times its slope.
   */
  offsets(name: string, { knots, offsets }: ResidualTable, root: string): string {
    const levels = LEVELS.length;
    const first = this.constant(`${name}.first_offsets`, doubleTensor([1, levels], offsets[0]!));
    const pieces = knots.slice(1).map((knot, piece) => knot - knots[piece]!);
    if (pieces.length === 0) return first;
    const slopes = pieces.flatMap((width, piece) =>
      offsets[piece + 1]!.map((offset, level) => (offset - offsets[piece]![level]!) / width),
    );
    const size = [1, pieces.length];
    const starts = this.constant(`${name}.knots`, doubleTensor(size, knots.slice(0, -1)));
    const widths = this.constant(`${name}.widths`, doubleTensor(size, pieces));
    const table = this.constant(`${name}.slopes`, doubleTensor([pieces.length, levels], slopes));
    const past = this.add('Sub', [root, starts], `${name}.past`);
    const within = this.add('Max', [past, 'zero'], `${name}.within`);
    const part = this.add('Min', [within, widths], `${name}.part`);
    const moved = this.add('MatMul', [part, table], `${name}.moved`);
    return this.add('Add', [first, moved], `${name}.offsets`);
  }
}
