import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { EXIT, HoopduckError } from '../errors.ts';
import { type NamedCheck, namesOf } from './check-names.ts';
import { LISTS } from './extend-thresholds.ts';

/** Long lines and lists stay as they were written. */
export const AS_WRITTEN = { lineWidth: 0, flowCollectionPadding: false } as const;

/** What a lowered threshold is written from: the limit for all checks of a name and a table, and why. */
interface Change {
  readonly check: string;
  readonly table: string;
  readonly value: number;
  readonly why: string;
}

/** An override as it is written; its keys before `min` say what it means. */
interface WrittenOverride {
  readonly check: string;
  readonly table: string;
  readonly scope?: string;
  readonly season?: string;
  readonly min: number;
  readonly why: string;
}

/**
 * The text of a file of thresholds with every higher limit of a check lowered to a value: an entry of the file where it stands,
 * an inherited one by an override. Limits that are not higher stay, as do the other features of a list.
 * @param checks all checks of the name and the table that the file comes to
 * @throws HoopduckError THRESHOLD_NOT_LOWERED (exit 2) for a file in the keys of the old platform
 */
export function loweredText(text: string, change: Change, checks: readonly NamedCheck[]): string {
  const document = parseDocument(text);
  const inherited = checks.filter((one) => !changeOwn(document, change, one));
  if (document.has('extends')) {
    for (const override of overridesOf(change, inherited, inherited.length === checks.length)) {
      writeOverride(document, override);
    }
  } else if (inherited.length > 0) {
    throw new HoopduckError(
      'THRESHOLD_NOT_LOWERED',
      'The file of thresholds is in the keys of the old platform, which has no place for a reason.',
      {
        next: 'Write a file with "extends: legacy" and "overrides", as docs/gates.md shows, and name it in gates.thresholds.',
        exitCode: EXIT.usage,
      },
    );
  }
  return document.toString(AS_WRITTEN);
}

/** Lowers the limits of the file's own entries that are this check; false: it has none. */
function changeOwn(
  document: Document,
  change: Change,
  { kind, check, feature }: NamedCheck,
): boolean {
  const entries = document.get(kind);
  if (!isSeq(entries)) return false;
  let isOwn = false;
  for (const node of [...(entries as YAMLSeq<YAMLMap>).items]) {
    const entry = node.toJS(document) as typeof check;
    const isSame =
      entry.table === check.table &&
      JSON.stringify(entry.scopes) === JSON.stringify(check.scopes) &&
      namesOf(kind, entry).some(({ name }) => name === change.check);
    if (!isSame) continue;
    isOwn = true;
    const seasons = higherSeasons(entry, change.value);
    const isHigher = (entry.min ?? 0) > change.value;
    if (!isHigher && seasons.length === 0) continue;
    const part = partOf(entries as YAMLSeq<YAMLMap>, node, LISTS[kind], feature);
    if (isHigher) {
      part.set('min', change.value);
      part.set('why', change.why);
    }
    for (const season of seasons) {
      part.setIn(['by_season', season, 'min'], change.value);
      part.setIn(['by_season', season, 'why'], change.why);
    }
  }
  return isOwn;
}

/** The entry that judges the feature alone: one of several is taken out of the list, into an entry behind it. */
function partOf(
  entries: YAMLSeq<YAMLMap>,
  node: YAMLMap,
  list: string | undefined,
  feature: string | null,
): YAMLMap {
  const values = list === undefined ? undefined : node.get(list);
  if (list === undefined || !isSeq(values) || values.items.length === 1) return node;
  const isMeant = (item: unknown) => String(item) === feature;
  const part = node.clone() as YAMLMap;
  (part.get(list) as YAMLSeq).items = values.items.filter(isMeant);
  values.items = values.items.filter((item) => !isMeant(item));
  entries.items.splice(entries.items.indexOf(node) + 1, 0, part);
  return part;
}

/** Overrides for the inherited limits that are higher; of one scope each unless all of them are, and all are inherited. */
function overridesOf(
  { check, table, value, why }: Change,
  inherited: readonly NamedCheck[],
  isAll: boolean,
): WrittenOverride[] {
  const higher = inherited.filter((one) => (one.check.min ?? -1) > value);
  const scopes = new Set<string>(higher.flatMap((one) => one.check.scopes));
  const limits: WrittenOverride[] =
    isAll && higher.length === inherited.length
      ? [{ check, table, min: value, why }]
      : [...scopes].map((scope) => ({ check, table, scope, min: value, why }));
  for (const one of inherited) {
    for (const season of higherSeasons(one.check, value)) {
      for (const scope of one.check.scopes) {
        if (scope !== 'all') limits.push({ check, table, scope, season, min: value, why });
      }
    }
  }
  return limits;
}

function higherSeasons({ by_season }: NamedCheck['check'], value: number): string[] {
  return Object.entries(by_season ?? {})
    .filter(([, limits]) => (limits.min ?? 0) > value)
    .map(([season]) => season);
}

/** One override a check, table, scope and season: a second lowering takes the place of the first. */
function writeOverride(document: Document, override: WrittenOverride): void {
  if (!isSeq(document.get('overrides'))) document.set('overrides', document.createNode([]));
  const overrides = document.get('overrides') as YAMLSeq<YAMLMap>;
  const known = overrides.items.find(
    (item) =>
      isMap(item) &&
      !item.has('feature') &&
      (['check', 'table', 'scope', 'season'] as const).every(
        (key) => item.get(key) === override[key],
      ),
  );
  if (known !== undefined) {
    known.set('min', override.min);
    known.set('why', override.why);
    return;
  }
  if (overrides.items.length === 0) overrides.flow = false;
  overrides.add(document.createNode(override) as YAMLMap);
}
