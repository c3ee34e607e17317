import type { RunFacts } from '../pipeline/run-facts.ts';
import type { ModelGraph } from '../transforms/graph.ts';

/** A SQL model that is not as the run had it. */
export interface ChangedSql {
  readonly name: string;
  readonly file: string | null;
  readonly how: 'differs' | 'gone' | 'new';
}

/** The SQL models whose text is not that of the run, in build order; those that are gone come first. */
export function changedSql(graph: ModelGraph, { sql }: RunFacts): ChangedSql[] {
  const gone = Object.keys(sql)
    .filter((name) => !graph.byName.has(name))
    .map((name) => ({ name, file: null, how: 'gone' as const }));
  const others = graph.models
    .filter(({ name, sqlDigest }) => sql[name] !== sqlDigest)
    .map(({ name, file }) => ({
      name,
      file,
      how: name in sql ? ('differs' as const) : ('new' as const),
    }));
  return [...gone, ...others];
}

/** Every table that a table reads, directly or through others. */
export function upstreamsOf(graph: ModelGraph, table: string): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const { table: input } of graph.byName.get(name)?.inputs ?? []) {
      if (found.has(input)) continue;
      found.add(input);
      visit(input);
    }
  };
  visit(table);
  return found;
}

/** A sentence on a changed model. */
export function changeText({ name, file, how }: ChangedSql): string {
  const where = file === null ? '' : ` (${file})`;
  if (how === 'gone') return `the SQL model "${name}" is not there any more`;
  if (how === 'new') return `the SQL model "${name}"${where} was not there at the run`;
  return `the SQL model "${name}"${where} is not the text that the run used`;
}
