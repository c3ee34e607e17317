import type { GateCounts, ModelFacts, RunFacts } from '../pipeline/run-facts.ts';
import type { ModelGraph } from '../transforms/graph.ts';
import { type ChangedSql, changeText, upstreamsOf } from './changed-sql.ts';
import { type Around, reasonAround } from './circumstances.ts';
import type { TableCount } from './compare-partitions.ts';
import type { InputsPut } from './put-inputs.ts';
import type { Rerun } from './rerun.ts';
import type { Part, Reproduction } from './result.ts';

/** What was found when a run was made again. */
export interface Found {
  readonly facts: RunFacts;
  readonly graph: ModelGraph;
  readonly changed: readonly ChangedSql[];
  readonly put: InputsPut;
  readonly around: Around;
  /** Null: the inputs were not there. */
  readonly made: {
    readonly rerun: Rerun;
    readonly tables: ReadonlyMap<string, TableCount>;
    readonly predictions: readonly TableCount[];
  } | null;
}

type Verdict = Pick<Part, 'verdict' | 'first' | 'reason' | 'why' | 'follows_from'>;

const SAME: Verdict = { verdict: 'same', first: null, reason: null, why: null, follows_from: [] };

/** Every part of a run beside what came out this time, in the order in which a run makes them, each with its reason. */
export function explain(found: Found): Part[] {
  const { made } = found;
  const parts = [inputsPart(found), sqlPart(found)];
  if (made === null) return parts;
  const tables = tableParts(found, made);
  parts.push(...tables, gatesPart(found, made.rerun, tables));
  const { trained, predicted } = found.facts;
  if (trained !== null) parts.push(modelPart(found, made.rerun, trained, tables));
  if (predicted !== null) {
    const before = parts.filter(({ part }) => part !== 'gates');
    parts.push(...made.predictions.map((count) => predictionPart(count, before, found)));
  }
  return parts;
}

/** The first part that differs. */
export function firstDifference(parts: readonly Part[]): Reproduction['first_difference'] {
  const first = parts.find(({ verdict }) => verdict === 'differs');
  if (first === undefined) return null;
  const { part, name, reason, why, first: which } = first;
  return {
    part,
    name: part === 'sql' || part === 'inputs' ? which! : name,
    reason: reason ?? 'unexplained',
    why: why ?? '',
  };
}

function inputsPart({ put }: Found): Part {
  const { partitions, missing } = put;
  const base = {
    part: 'inputs' as const,
    name: 'raw partitions',
    unit: 'partitions' as const,
    of: partitions,
    same: partitions - missing.length,
  };
  const [first] = missing;
  if (first === undefined) return { ...base, ...SAME };
  const when = first.dropped_at === null ? '' : `, since ${first.dropped_at.slice(0, 10)}`;
  const others = missing.length === 1 ? '' : ` (and ${missing.length - 1} more partitions)`;
  return {
    ...base,
    verdict: 'differs',
    first: `${first.table} ${first.date}`,
    reason: 'input',
    why: `"${first.table}" of ${first.date} as the run read it is not here any more: ${first.why}${when}${others}`,
    follows_from: [],
  };
}

function sqlPart({ facts, changed }: Found): Part {
  const of = Object.keys(facts.sql).length;
  const lost = changed.filter(({ how }) => how !== 'new').length;
  const base = {
    part: 'sql' as const,
    name: 'SQL models',
    unit: 'texts' as const,
    of,
    same: of - lost,
  };
  const [first, ...others] = changed;
  if (first === undefined) return { ...base, ...SAME };
  const more =
    others.length === 0 ? '' : `; so are ${others.map(({ name }) => `"${name}"`).join(', ')}`;
  return {
    ...base,
    verdict: 'differs',
    first: first.name,
    reason: first.file === 'train.add_features' ? 'parameter' : 'code',
    why: `${changeText(first)}${more}`,
    follows_from: [],
  };
}

function tableParts(found: Found, { rerun, tables }: NonNullable<Found['made']>): Part[] {
  const { graph, changed, around } = found;
  const order = [...graph.models.map(({ name }) => name), ...tables.keys()];
  const names = [...new Set(order)].filter((name) => tables.has(name));
  const differing = new Set(names.filter((name) => tables.get(name)!.differing > 0));
  return names.map((name) => {
    const { of, same, first } = tables.get(name)!;
    const base = { part: 'tables' as const, name, unit: 'partitions' as const, of, same };
    if (!differing.has(name)) return { ...base, ...SAME };
    const read = upstreamsOf(graph, name).add(name);
    const texts = changed.filter((each) => read.has(each.name)).map((each) => each.name);
    const above = [...read].filter((table) => table !== name && differing.has(table));
    const from = texts.length > 0 ? texts : above;
    if (from.length > 0) return { ...base, verdict: 'differs', first, ...following(from) };
    const { reason, why } = reasonAround('tables', around);
    const failed = rerun.failed?.stage === 'transform' ? rerun.failed.message : null;
    return { ...base, verdict: 'differs', first, reason, why: failed ?? why, follows_from: [] };
  });
}

function gatesPart(
  { facts, around }: Found,
  { gates, failed }: Rerun,
  tables: readonly Part[],
): Part {
  const keys = ['pass', 'warn', 'fail', 'not_evaluated'] as const;
  const sum = (counts: GateCounts) => keys.reduce((total, key) => total + counts[key], 0);
  const base = {
    part: 'gates' as const,
    name: 'gates',
    unit: 'verdicts' as const,
    of: sum(facts.gates),
  };
  if (gates === null) return { ...base, same: 0, ...notMade(failed) };
  const same = keys.reduce((total, key) => total + Math.min(gates[key], facts.gates[key]), 0);
  const first = keys.find((key) => gates[key] !== facts.gates[key]);
  if (first === undefined) return { ...base, same, ...SAME };
  const from = namesOfDiffering(tables);
  if (from.length > 0) return { ...base, same, verdict: 'differs', first, ...following(from) };
  const reason = reasonAround('gates', around);
  return { ...base, same, verdict: 'differs', first, ...reason, follows_from: [] };
}

function modelPart(
  { changed, around }: Found,
  { trained, failed }: Rerun,
  wanted: ModelFacts,
  tables: readonly Part[],
): Part {
  const files = Object.keys(wanted.files);
  const base = {
    part: 'model' as const,
    name: wanted.id,
    unit: 'files' as const,
    of: files.length,
  };
  if (trained === null) {
    const part = { ...base, same: 0, ...notMade(failed) };
    return failed?.code === 'ENGINE_UNAVAILABLE' ? { ...part, reason: 'engine version' } : part;
  }
  const differing = files.filter((name) => wanted.files[name] !== trained.files[name]);
  const same = files.length - differing.length;
  if (same === files.length && trained.id === wanted.id) return { ...base, same, ...SAME };
  const first = differing[0] ?? 'model_id';
  const name = trained.id === wanted.id ? '' : `it is "${trained.id}" now`;
  const content =
    differing.length === 0
      ? 'its files are the same'
      : `${differing.length} of ${files.length} files differ, first ${first}`;
  const outcome = [name, content].filter((text) => text !== '').join(', ');
  const from = [...new Set([...changed.map((each) => each.name), ...namesOfDiffering(tables)])];
  if (from.length > 0) {
    const part = following(from);
    return { ...base, same, verdict: 'differs', first, ...part, why: `${outcome}; ${part.why}` };
  }
  const { reason, why } = reasonAround('model', around);
  return {
    ...base,
    same,
    verdict: 'differs',
    first,
    reason,
    why: `${outcome}: ${why}`,
    follows_from: [],
  };
}

function predictionPart(
  { table, of, same, differing, first }: TableCount,
  before: readonly Part[],
  { around, made }: Found,
): Part {
  const base = { part: 'predictions' as const, name: table, unit: 'partitions' as const, of, same };
  if (differing === 0) return { ...base, ...SAME };
  const model = before.filter(({ part, verdict }) => part === 'model' && verdict !== 'same');
  const from = namesOfDiffering(model.length > 0 ? model : before);
  if (from.length > 0) return { ...base, verdict: 'differs', first, ...following(from) };
  const { reason, why } = reasonAround('tables', around);
  const failed = made?.rerun.failed?.stage === 'predict' ? made.rerun.failed.message : null;
  return { ...base, verdict: 'differs', first, reason, why: failed ?? why, follows_from: [] };
}

/** A part that came to nothing, because a stage ended the run this time. */
function notMade(failed: Rerun['failed']): Verdict {
  if (failed === null) return { ...SAME, verdict: 'not_compared' };
  const why = `"${failed.stage}" went through at the run; now: ${failed.message}`;
  return { verdict: 'differs', first: null, reason: 'unexplained', why, follows_from: [] };
}

function namesOfDiffering(parts: readonly Part[]): string[] {
  return parts
    .filter(({ verdict }) => verdict === 'differs')
    .map(({ name, part, first }) => (part === 'sql' ? first! : name));
}

/** Names that are shown of what something follows from. */
const SHOWN = 3;

function following(from: readonly string[]): Pick<Part, 'reason' | 'why' | 'follows_from'> {
  const more = from.length > SHOWN ? ` and ${from.length - SHOWN} more` : '';
  const names = from.slice(0, SHOWN).map((name) => `"${name}"`);
  return { reason: null, why: `follows from ${names.join(', ')}${more}`, follows_from: from };
}
