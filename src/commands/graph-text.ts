import type { Style } from '../console/style.ts';
import { plural } from '../format.ts';
import type { GraphFacts, ModelFacts, ReadFacts } from './graph-facts.ts';

/** One step of a tree: a table, and how far back it is read (or reads). */
type Steps = (table: string) => readonly ReadFacts[];

/** Each table that is an end in itself, and what it reads below it. */
export function graphText(facts: GraphFacts, style: Style): string {
  const { models } = facts;
  const write = treeWriter(readsOf(models), ownTables(models), style);
  const trees = models.filter(isRoot).map(({ table }) => write(table));
  const yours = models.filter(({ origin }) => origin === 'workspace').length;
  const count = `${plural(models.length, 'model')} read ${plural(facts.raw_tables.length, 'raw table')}`;
  const legend = `${count}${yours === 0 ? '' : `; ${yours} of the models ${yours === 1 ? 'is' : 'are'} yours`}. What a table reads stands below it; (above): shown already.`;
  return [...trees, style.dim(legend)].join('\n\n');
}

/** One table: what it is, what it reads, and what reads it. */
export function tableText(facts: GraphFacts, table: string, style: Style): string {
  const { models } = facts;
  const model = models.find((found) => found.table === table);
  const own = ownTables(models);
  const readers: Steps = (read) =>
    models.flatMap((reader) =>
      reader.reads
        .filter((input) => input.table === read)
        .map(({ reaches }) => ({ table: reader.table, reaches })),
    );
  const parts = [[style.bold(table), ...describe(model, style)].join('\n')];
  if (model !== undefined) {
    const none = 'It reads no table.';
    const tree = treeWriter(readsOf(models), own, style)(table, style.bold('Reads'));
    parts.push(model.reads.length === 0 ? none : tree);
  }
  const none = 'No model reads it.';
  const tree = treeWriter(readers, own, style)(table, style.bold('Is read by'));
  parts.push(readers(table).length === 0 ? none : tree);
  return parts.join('\n\n');
}

function describe(model: ModelFacts | undefined, style: Style): string[] {
  if (model === undefined) return ['A raw table: sync brings it from the warehouse as it is.'];
  const lines: [string, string][] = [
    ['file', `${model.file}${model.origin === 'workspace' ? ' (yours)' : ''}`],
    ['key', model.key.join(', ')],
    ['partition', model.partition ?? 'none: built as a whole'],
  ];
  if (model.spine !== null) lines.push(['spine', model.spine]);
  const width = Math.max(...lines.map(([label]) => label.length));
  const facts = lines.map(([label, text]) => `${style.dim(label.padEnd(width))}  ${text}`);
  return model.description === '' ? facts : [model.description, ...facts];
}

/** Published tables, and whatever no other model reads: the features, checks, tables of the user's own. */
function isRoot({ table, read_by }: ModelFacts): boolean {
  return !table.startsWith('hoopduck.') || table.includes('.feature_') || read_by.length === 0;
}

function readsOf(models: readonly ModelFacts[]): Steps {
  const reads = new Map(models.map((model) => [model.table, model.reads]));
  return (table) => reads.get(table) ?? [];
}

function ownTables(models: readonly ModelFacts[]): ReadonlySet<string> {
  return new Set(models.filter((m) => m.origin === 'workspace').map((m) => m.table));
}

/** Writes trees that share what they have shown: a table's own steps are written once. */
function treeWriter(steps: Steps, own: ReadonlySet<string>, style: Style) {
  const shown = new Set<string>();
  const named = (table: string): string => {
    const name = table.startsWith('nba_raw.') ? style.dim(table) : table;
    return own.has(table) ? `${name} ${style.cyan('yours')}` : name;
  };
  const below = (table: string, indent: string): string[] => {
    shown.add(table);
    const reads = steps(table);
    return reads.flatMap((read, i) => {
      const last = i === reads.length - 1;
      const again = shown.has(read.table) && steps(read.table).length > 0;
      const reach = style.dim(`  ${read.reaches.join('; ')}`);
      const line = `${indent}${last ? '└─' : '├─'} ${named(read.table)}${reach}${again ? ' (above)' : ''}`;
      return again ? [line] : [line, ...below(read.table, `${indent}${last ? '   ' : '│  '}`)];
    });
  };
  return (table: string, title?: string): string => {
    const again = shown.has(table) && steps(table).length > 0;
    const head = title ?? `${style.bold(named(table))}${again ? ' (above)' : ''}`;
    return [head, ...(again ? [] : below(table, ''))].join('\n');
  };
}
