import type { Replica } from '../replica/replica.ts';
import { staleRange } from './freshness.ts';
import { loadModels } from './graph.ts';

/** A table that a run would rebuild. */
export interface PlannedModel {
  readonly table: string;
  /** Span of dates that would be computed. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/**
 * Which models are stale now, or would become so by what sync is about to land. Partitions that the
 * warehouse only touched, without a change of content, are counted as changed here: their digests are
 * known after they were read.
 */
export async function planTransforms(
  replica: Replica,
  upcoming: {
    readonly tables: readonly {
      readonly table: string;
      readonly fetch: readonly { readonly date: string }[];
      readonly remove: readonly string[];
    }[];
  },
  horizon: string,
): Promise<PlannedModel[]> {
  const touched = new Map<string, string>();
  for (const { table, fetch, remove } of upcoming.tables) {
    const first = [...fetch.map(({ date }) => date), ...remove].sort()[0];
    if (first !== undefined) touched.set(table, first);
  }
  const planned: PlannedModel[] = [];
  for (const model of loadModels()) {
    const range = await staleRange(replica, model, horizon, null);
    const causes = model.inputs.filter((input) => touched.has(input.table));
    if (range === null && causes.length === 0) continue;
    const first = causes.map((input) => touched.get(input.table)!).sort()[0];
    const from =
      range === null || (first !== undefined && first < range.from) ? first! : range.from;
    const why =
      range?.why ??
      causes.map((input) => `${input.table} from ${touched.get(input.table)}`).join('; ');
    touched.set(model.name, from);
    planned.push({ table: model.name, from, to: range?.to ?? horizon, why });
  }
  return planned;
}
