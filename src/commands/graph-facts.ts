import type { Config } from '../config/config.ts';
import type { Model } from '../transforms/model.ts';

/** A table that a model reads, and how far back in the words of its head. */
export interface ReadFacts {
  readonly table: string;
  readonly reaches: readonly string[];
}

/** A model as `graph --json` gives it. */
export interface ModelFacts {
  readonly table: string;
  readonly origin: Model['origin'];
  readonly file: string;
  readonly description: string;
  readonly key: readonly string[];
  /** Partition column; null for a table that is built as a whole. */
  readonly partition: string | null;
  readonly spine: string | null;
  readonly reads: readonly ReadFacts[];
  readonly read_by: readonly string[];
}

/** A raw table that models read. */
export interface RawFacts {
  readonly table: string;
  readonly read_by: readonly string[];
}

/** The models in build order, and the raw tables that they read by name. */
export interface GraphFacts {
  readonly models: readonly ModelFacts[];
  readonly raw_tables: readonly RawFacts[];
}

/** What reads what in a workspace, as plain data. */
export async function graphFacts(config: Config): Promise<GraphFacts> {
  const { loadGraph } = await import('../transforms/graph.ts');
  const { reachText } = await import('../transforms/reach.ts');
  const { models } = loadGraph(config);
  const readers = new Map<string, string[]>();
  for (const { name, inputs } of models) {
    for (const { table } of inputs) readers.set(table, [...(readers.get(table) ?? []), name]);
  }
  const names = new Set(models.map(({ name }) => name));
  return {
    models: models.map((model) => ({
      table: model.name,
      origin: model.origin,
      file: model.file,
      description: model.description,
      key: model.key,
      partition: model.partition,
      spine: model.spine?.table ?? null,
      reads: model.inputs.map(({ table, reaches }) => ({
        table,
        reaches: reaches.map(reachText),
      })),
      read_by: readers.get(model.name) ?? [],
    })),
    raw_tables: [...readers]
      .filter(([table]) => !names.has(table))
      .map(([table, read_by]) => ({ table, read_by }))
      .sort((a, b) => (a.table < b.table ? -1 : 1)),
  };
}

/** The part of a graph that a table reads, at any remove, and that reads it; with the table itself. */
export function graphAround(facts: GraphFacts, table: string): GraphFacts {
  const up = new Map(facts.models.map((m) => [m.table, m.reads.map((read) => read.table)]));
  const down = new Map([...facts.models, ...facts.raw_tables].map((m) => [m.table, m.read_by]));
  const kept = new Set([...reached(up, table), ...reached(down, table)]);
  return {
    models: facts.models.filter(({ table: name }) => kept.has(name)),
    raw_tables: facts.raw_tables.filter(({ table: name }) => kept.has(name)),
  };
}

function reached(steps: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const found = new Set([from]);
  for (const table of found) for (const next of steps.get(table) ?? []) found.add(next);
  return found;
}
