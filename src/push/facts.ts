import { BOOKKEEPING_COLUMNS } from '../config/bookkeeping.ts';
import { messageOf } from '../errors.ts';
import { hasCommonDigest } from '../replica/digest.ts';
import type { Replica } from '../replica/replica.ts';
import { type DeclaredColumn, declaredColumns } from '../warehouse/declared.ts';
import type { Column, Warehouse, WriteUnit } from '../warehouse/warehouse.ts';
import { digestAsDeclared, digestTarget } from './digests.ts';
import type { Baseline } from './ledger.ts';
import type { RedFacts } from './red.ts';
import { checkReplicaRows } from './replica-rows.ts';
import type { PushTable } from './tables.ts';

/** A partition of the replica that may be pushed. */
export interface LocalPartition {
  readonly digest: string;
  readonly rows: number;
}

/** A partition as the target holds it now. */
export interface TargetPartition {
  readonly digest: string;
  readonly token: string;
}

/** All that the decision about one table's partitions needs; dates lie in the asked range. */
export interface TableFacts {
  readonly table: PushTable;
  readonly local: ReadonlyMap<string, LocalPartition>;
  readonly target: ReadonlyMap<string, TargetPartition>;
  readonly baseline: ReadonlyMap<string, Baseline>;
  /** Digests of local partitions on the target's types. */
  readonly wanted: ReadonlyMap<string, string>;
  /** Why a date must not be pushed: a gate. */
  readonly red: ReadonlyMap<string, string>;
  /** Why a date cannot be written safely: the target's layout or types. */
  readonly unsafe: ReadonlyMap<string, string>;
  readonly units: readonly WriteUnit[];
}

/** The dates that are asked for; both ends included. */
export interface PushRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Gathers the facts about one table: the ledger's partitions, what the target holds (reading only what
 * its tokens say was touched), and how the dates that may change would be written.
 */
export async function gatherFacts(
  replica: Replica,
  warehouse: Warehouse,
  table: PushTable,
  range: PushRange,
  baselines: ReadonlyMap<string, Baseline>,
  red: RedFacts,
): Promise<TableFacts> {
  const inRange = ([date]: readonly [string, unknown]) =>
    !table.bounded ||
    ((range.from === undefined || date >= range.from) &&
      (range.to === undefined || date <= range.to));
  const local = new Map((await localPartitions(replica, table.name)).filter(inRange));
  const baseline = new Map([...baselines].filter(inRange));
  const listing = await warehouse.partitions(table.name, table.partitionColumn);
  const tokens = new Map(
    (listing?.partitions ?? [])
      .map(({ date, token }): [string, string] => [date, token])
      .filter(inRange),
  );
  const open = [...new Set([...local.keys(), ...baseline.keys()])].sort().filter((date) => {
    const known = baseline.get(date);
    const settled =
      known?.token != null &&
      known.token === tokens.get(date) &&
      known.localDigest === local.get(date)?.digest;
    return !settled && (local.has(date) || known?.origin === 'pushed');
  });
  const { units, refused } = await warehouse.units(table.name, table.partitionColumn, open);
  const target = await readTarget(replica, warehouse, table, tokens, baseline, new Set(open));
  const unsafe = new Map(refused.map(({ date, reason }) => [date, reason]));
  const wanted = await wantedDigests(replica, table, local, baseline, open, units, unsafe);
  const asked = new Set([...local.keys(), ...red.ownRedDates(table)]);
  for (const [date, { origin }] of baseline) if (origin === 'pushed') asked.add(date);
  return Object.freeze({
    table,
    local,
    target,
    baseline,
    wanted,
    red: new Map([...(await red.blocked(table, asked))].filter(inRange)),
    unsafe,
    units,
  });
}

async function localPartitions(
  replica: Replica,
  table: string,
): Promise<[string, LocalPartition][]> {
  const rows = await replica.rows<{ date: string; digest: string; rows: number }>(
    `SELECT CAST(game_date AS VARCHAR) AS date, digest, rows FROM hoopduck.partition
     WHERE table_name = $table AND rows > 0 ORDER BY game_date`,
    { table },
  );
  return rows.map(({ date, digest, rows: n }) => [date, { digest, rows: n }]);
}

/** What the target holds; a partition whose token is known is not read. */
async function readTarget(
  replica: Replica,
  warehouse: Warehouse,
  table: PushTable,
  tokens: ReadonlyMap<string, string>,
  baseline: ReadonlyMap<string, Baseline>,
  open: ReadonlySet<string>,
): Promise<Map<string, TargetPartition>> {
  const target = new Map<string, TargetPartition>();
  const unread: string[] = [];
  for (const [date, token] of tokens) {
    const known = baseline.get(date);
    if (known?.token === token) target.set(date, { digest: known.digest, token });
    else if (open.has(date)) unread.push(date);
  }
  if (unread.length === 0) return target;
  const digests = await digestTarget(replica, warehouse, table, unread);
  for (const date of unread) {
    const digest = digests.get(date);
    if (digest !== undefined) target.set(date, { digest, token: tokens.get(date)! });
  }
  return target;
}

async function wantedDigests(
  replica: Replica,
  table: PushTable,
  local: ReadonlyMap<string, LocalPartition>,
  baseline: ReadonlyMap<string, Baseline>,
  open: readonly string[],
  units: readonly WriteUnit[],
  unsafe: Map<string, string>,
): Promise<Map<string, string>> {
  // A date that no unit takes is refused; its digest is compared with nothing.
  const wanted = new Map<string, string>();
  const stillOpen = new Set(open);
  for (const [date, { digest }] of local) {
    const known = baseline.get(date);
    wanted.set(date, !stillOpen.has(date) && known !== undefined ? known.digest : digest);
  }
  const columns = await replica.columnsOf(table.name);
  for (const alike of sameTypes(units)) {
    const dates = alike.flatMap((unit) => unit.dates.filter((date) => local.has(date)));
    if (dates.length === 0) continue;
    try {
      const declared = declaredColumns(
        table.name,
        table.partitionColumn,
        columns,
        alike[0]!.columns,
      );
      if (hasCommonDigest(table.name) && sameContent(columns, declared)) continue;
      // The digest of what is pushed is taken from the rows; they must be the ones that were gated.
      if (!hasCommonDigest(table.name)) {
        const recorded = dates.map((date): [string, string] => [date, local.get(date)!.digest]);
        await checkReplicaRows(replica, table, new Map(recorded));
      }
      const cast = await digestAsDeclared(
        replica,
        table.name,
        table.partitionColumn,
        declared,
        dates,
      );
      for (const [date, digest] of cast) wanted.set(date, digest);
    } catch (error) {
      const refusal = refusalOf(error);
      if (alike.length === 1) {
        for (const date of dates) unsafe.set(date, refusal);
        continue;
      }
      // A value that the types do not take refuses its own unit alone: each is asked by itself.
      for (const unit of alike) {
        const own = await wantedDigests(replica, table, local, baseline, open, [unit], unsafe);
        for (const date of unit.dates) if (own.has(date)) wanted.set(date, own.get(date)!);
      }
    }
  }
  return wanted;
}

/** Units whose columns have the same types in the target: one statement reads them, on every core. */
function sameTypes(units: readonly WriteUnit[]): WriteUnit[][] {
  const groups = new Map<string, WriteUnit[]>();
  for (const unit of units) {
    const key = JSON.stringify(unit.columns ?? null);
    const alike = groups.get(key);
    if (alike === undefined) groups.set(key, [unit]);
    else alike.push(unit);
  }
  return [...groups.values()];
}

/** Whether rows give the same digest on both lists of types. */
function sameContent(local: readonly Column[], declared: readonly DeclaredColumn[]): boolean {
  const types = new Map(declared.map(({ name, type }) => [name, type]));
  return local.every(({ name, type }) => types.get(name) === type || BOOKKEEPING_COLUMNS.has(name));
}

/** A target whose types do not take our values is a refusal of its dates; anything else is a bug. */
function refusalOf(error: unknown): string {
  const text = messageOf(error).split('\n')[0]!;
  const isRefusal = (error as { code?: string }).code === 'SCHEMA_DRIFT';
  if (isRefusal || /^(Conversion|Out of Range|Invalid Input) Error/.test(text)) return text;
  throw error;
}
