import { availableParallelism } from 'node:os';
import type { ModelFacts, RunFacts } from '../pipeline/run-facts.ts';
import type { Circumstance, Parameter, Reason } from './result.ts';

/** What was around the run, and what is now. */
export interface Around {
  readonly circumstances: readonly Circumstance[];
  /** Settings under which it was made again and that are not those of the run. */
  readonly parameters: readonly Parameter[];
}

/** @param now the versions and threads that made it again */
export function circumstancesOf(
  facts: RunFacts,
  now: {
    readonly hoopduck: string;
    readonly duckdb: string;
    readonly threads: number;
    readonly trained: ModelFacts | null;
  },
): Circumstance[] {
  const { trained } = facts;
  const engines: Circumstance[] =
    trained === null
      ? []
      : [
          {
            name: 'engine',
            run: engineText(trained),
            now: now.trained === null ? null : engineText(now.trained),
          },
        ];
  const cores: Circumstance[] =
    trained?.engine.name === 'native'
      ? [{ name: 'cores', run: String(facts.cores), now: String(availableParallelism()) }]
      : [];
  return [
    { name: 'hoopduck', run: facts.hoopduck, now: now.hoopduck },
    { name: 'DuckDB', run: facts.duckdb, now: now.duckdb },
    { name: 'threads', run: String(facts.threads), now: String(now.threads) },
    ...engines,
    ...cores,
  ];
}

/**
 * Why something differs that follows from no input and no SQL text: the first circumstance that does. Settings and the
 * engine decide models alone, DuckDB's threads and version tables.
 */
export function reasonAround(
  what: 'tables' | 'gates' | 'model',
  { circumstances, parameters }: Around,
): { reason: Reason; why: string } {
  const differing = (name: Circumstance['name']) =>
    circumstances.find((each) => each.name === name && each.now !== null && each.now !== each.run);
  const reasons: [Circumstance['name'], Reason][] = [
    ['hoopduck', 'hoopduck version'],
    ...(what === 'model'
      ? ([['engine', 'engine version']] as [Circumstance['name'], Reason][])
      : []),
    ['DuckDB', 'engine version'],
  ];
  for (const [name, reason] of reasons) {
    const found = differing(name);
    if (found !== undefined) return { reason, why: changeOf(found) };
  }
  const parameter = parameters.find(({ key }) =>
    what === 'model' ? key.startsWith('train.') : what === 'gates' && key.startsWith('gates.'),
  );
  if (parameter !== undefined) return { reason: 'parameter', why: parameterText(parameter) };
  const threads = differing(what === 'model' ? 'cores' : 'threads');
  if (threads !== undefined) return { reason: 'threads', why: changeOf(threads) };
  return {
    reason: 'unexplained',
    why: 'its inputs, SQL, versions, settings and threads are those of the run',
  };
}

/** What can be relied on under these circumstances. */
export function guaranteeText(circumstances: readonly Circumstance[]): string {
  const moved = new Map(
    circumstances
      .filter(({ run, now }) => now !== null && now !== run)
      .map((each) => [each.name, each]),
  );
  const sentences: string[] = [];
  if (moved.has('hoopduck')) {
    sentences.push(
      `${changeOf(moved.get('hoopduck')!)}: another program may compute otherwise, and another version names its models otherwise.`,
    );
  }
  if (moved.has('DuckDB')) {
    sentences.push(
      `${changeOf(moved.get('DuckDB')!)}: digests of computed tables are of DuckDB's own row hash, which another version may change.`,
    );
  }
  if (moved.has('engine')) {
    sentences.push(
      `${changeOf(moved.get('engine')!)}: another version of XGBoost may grow other trees.`,
    );
  }
  if (moved.has('threads')) {
    sentences.push(
      `${changeOf(moved.get('threads')!)}: tables and predictions are the same for any number, since figures are summed as exact decimals.`,
    );
  }
  if (moved.has('cores')) {
    sentences.push(
      `${changeOf(moved.get('cores')!)}: XGBoost does not promise the same trees on another number of cores; none was seen to differ.`,
    );
  }
  if (sentences.length > 0) return sentences.join(' ');
  return 'Same versions, engine and threads: the same inputs, SQL and settings give the same bytes.';
}

/** A setting then and now. */
export function parameterText({ key, run, now }: Parameter): string {
  if (typeof run === 'object' && run !== null) return `${key} is another one now`;
  return `${key} is ${JSON.stringify(now)} now, it was ${run === undefined ? 'not known' : JSON.stringify(run)}`;
}

function changeOf({ name, run, now }: Circumstance): string {
  return `${name} ${run} then, ${now} now`;
}

function engineText({ engine }: ModelFacts): string {
  return `${engine.name} (${engine.version})`;
}
