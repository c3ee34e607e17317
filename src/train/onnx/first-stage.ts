import {
  DERIVED_COLUMNS,
  type FirstStage,
  type FirstStageKind,
} from '../two-stages/first-stage.ts';
import { type AttributeValue, doubleTensor, ELEMENT, integerTensor } from './schema.ts';
import { treesNode } from './trees.ts';

/** Where operators and constants are put; each gives the name of its value. */
export interface GraphBuilder {
  readonly nodes: Uint8Array[];
  add(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, AttributeValue>>,
  ): string;
  constant(name: string, tensor: (name: string) => Uint8Array): string;
}

/**
 * Adds what `addFirstStage` does: each row goes through the trees of its season, and the derived columns
 * are joined to the features. @returns the name of the wide matrix
 */
export function addFirstStageNodes(graph: GraphBuilder, stage: FirstStage): string {
  const column = (name: string, place: number): string => {
    const index = graph.constant(`first_stage.column_${name}`, integerTensor([1], [place]));
    const value = graph.add('Gather', ['features', index], `first_stage.float_${name}`, {
      axis: { integer: 1 },
    });
    return graph.add('Cast', [value], `first_stage.${name}`, { to: { integer: ELEMENT.double } });
  };
  graph.constant('first_stage.first_axis', integerTensor([1], [0]));
  graph.constant('first_stage.second_axis', integerTensor([1], [1]));
  graph.constant('first_stage.two', doubleTensor([1], [2]));
  graph.constant('first_stage.nan', doubleTensor([1], [NaN]));
  const season = column('season', stage.inputs.season);
  const trueShooting = column('true_shooting', stage.inputs.trueShooting);
  const minutesBefore = column('minutes_before', stage.inputs.minutes);
  graph.add('Mul', [season, 'first_stage.nan'], 'first_stage.nothing');
  graph.add('Squeeze', [season, 'first_stage.second_axis'], 'first_stage.season_of_row');

  const derived = stage.kinds.flatMap((kind) => {
    const name = `first_stage.${kind.name}`;
    const { minutes, shots } = bySeason(graph, kind, name);
    const doubled = graph.add('Mul', ['first_stage.two', shots], `${name}.doubled`);
    const points = graph.add('Mul', [doubled, trueShooting], `${name}.points`);
    const change = graph.add('Sub', [minutes, minutesBefore], `${name}.change`);
    return [points, minutes, change];
  });
  const floats = derived.map((value) =>
    graph.add('Cast', [value], `${value}.float`, { to: { integer: ELEMENT.float } }),
  );
  if (floats.length !== DERIVED_COLUMNS * stage.kinds.length)
    throw new RangeError('A column is missing.');
  return graph.add('Concat', ['features', ...floats], 'first_stage.features', {
    axis: { integer: 1 },
  });
}

/** Minutes and shots of every row, double [N, 1]: those of its season, NaN before the first. */
function bySeason(
  graph: GraphBuilder,
  { seasons }: FirstStageKind,
  name: string,
): { minutes: string; shots: string } {
  let minutes = 'first_stage.nothing';
  let shots = 'first_stage.nothing';
  // A later season takes its rows over from the one before, which they are not given to.
  seasons.forEach((of, place) => {
    const at = `${name}.${of.season}`;
    const from = graph.constant(`${at}.from`, doubleTensor([1], [of.season]));
    const begun = graph.add('GreaterOrEqual', ['first_stage.season_of_row', from], `${at}.begun`);
    const next = seasons[place + 1];
    let mine = begun;
    if (next !== undefined) {
      const to = graph.constant(`${at}.to`, doubleTensor([1], [next.season]));
      const before = graph.add('Less', ['first_stage.season_of_row', to], `${at}.before`);
      mine = graph.add('And', [begun, before], `${at}.mine`);
    }
    const nonZero = graph.add('NonZero', [mine], `${at}.place`);
    const rows = graph.add('Squeeze', [nonZero, 'first_stage.first_axis'], `${at}.rows`);
    const index = graph.add('Transpose', [nonZero], `${at}.index`);
    const read = graph.add('Gather', ['features', rows], `${at}.features`);
    const put = (target: 'minutes' | 'shots', into: string): string => {
      graph.nodes.push(treesNode(of[target], read, `${at}.${target}_trees`));
      const value = graph.add('Cast', [`${at}.${target}_trees`], `${at}.${target}_double`, {
        to: { integer: ELEMENT.double },
      });
      return graph.add('ScatterND', [into, index, value], `${at}.${target}`);
    };
    minutes = put('minutes', minutes);
    shots = put('shots', shots);
  });
  return { minutes, shots };
}
