import { z } from 'zod';
import { didYouMean } from '../config/suggest.ts';
import { namesOf } from './check-names.ts';
import {
  type CheckKind,
  ROW_SETS,
  seasonName,
  type Thresholds,
  thresholdKinds,
  thresholdsSchema,
} from './thresholds.ts';

/** An entry of any kind, as far as this file looks into it. */
interface Entry {
  readonly table: string;
  readonly scopes: readonly string[];
  readonly [key: string]: unknown;
}

type Entries = Record<CheckKind, Entry[]>;

/** A problem of an extending file, where it stands. */
interface Problem {
  readonly path: PropertyKey[];
  readonly input: unknown;
  readonly message: string;
}

const limit = z.number().min(0).nullable().optional();

/** A change of checks that a file inherits: which ones, and what is other than there. */
const override = z.strictObject({
  /** A check as it is recorded (`coverage_usage_rate`), or a kind (`coverage`). */
  check: z.string(),
  table: z.string().optional(),
  /** A column, a coverage or an input, where a check judges several. */
  feature: z.string().optional(),
  scope: z.enum(['date', 'season', 'all']).optional(),
  season: seasonName.optional(),
  /** Red below it; null: nothing is red. */
  min: limit,
  /** A warning below it; null: nothing is a warning. */
  warn: limit,
  /** The rows that count, of a coverage. */
  applies: z.enum(ROW_SETS).optional(),
  /** Leave the check out. */
  off: z.boolean().optional(),
  why: z.string().min(1),
});

type Override = z.infer<typeof override>;

/** Kinds whose entries list what they judge; a change of one feature takes it out of the list. */
export const LISTS: Readonly<Partial<Record<CheckKind, string>>> = {
  drift: 'of',
  inputs_known: 'inputs',
};

/**
 * The schema of a file of thresholds that inherits: `extends`, `overrides` of what it inherits, and checks of its own, which
 * take the place of inherited ones of the same kind, table, feature and scope.
 * @param base reads what `extends` names; undefined: there is no such file
 */
export function extendingSchema(base: (name: string) => Thresholds | undefined) {
  return z
    .strictObject({
      extends: z.string().min(1),
      overrides: z.array(override).default([]),
      ...thresholdKinds.shape,
    })
    .superRefine((file, context) => {
      const { problems } = extended(base, file as ExtendingFile);
      for (const problem of problems) context.addIssue({ code: 'custom', ...problem });
    });
}

export type ExtendingFile = Thresholds & {
  readonly extends: string;
  readonly overrides: readonly Override[];
};

/** The thresholds that an extending file comes to, and what is wrong with it. */
export function extended(
  base: (name: string) => Thresholds | undefined,
  file: ExtendingFile,
): { readonly thresholds: Thresholds | undefined; readonly problems: readonly Problem[] } {
  const inherited = base(file.extends);
  if (inherited === undefined) {
    const message = `"default", "legacy" or an existing YAML file was wanted.${didYouMean(file.extends, ['default', 'legacy'])}`;
    return {
      thresholds: undefined,
      problems: [{ path: ['extends'], input: file.extends, message }],
    };
  }
  const problems: Problem[] = [];
  const kinds = Object.keys(thresholdKinds.shape) as CheckKind[];
  const merged = Object.fromEntries(
    kinds.map((kind) => [kind, [...(inherited[kind] as unknown as Entry[])]]),
  ) as Entries;
  for (const [index, change] of file.overrides.entries()) {
    for (const problem of applyOverride(merged, change)) {
      problems.push({ ...problem, path: ['overrides', index, ...problem.path] });
    }
  }
  const places = new Map<Entry, PropertyKey[]>();
  for (const kind of kinds) {
    const own = file[kind] as unknown as Entry[];
    for (const [index, entry] of own.entries()) {
      merged[kind] = merged[kind].flatMap((other) => withoutOwn(kind, other, entry));
      places.set(entry, [kind, index]);
    }
    merged[kind].push(...own);
  }
  if (problems.length > 0) return { thresholds: undefined, problems };
  // What holds of a whole file must hold of the sum; of an own entry it is said where it stands.
  const result = thresholdsSchema.safeParse(merged, { reportInput: true });
  if (result.success) return { thresholds: result.data, problems };
  const found = result.error.issues.map(({ path, input, message }) => {
    const [kind, index, ...rest] = path as [CheckKind, number, ...PropertyKey[]];
    const place = places.get(merged[kind]?.[index] as Entry);
    return { path: place === undefined ? ['extends'] : [...place, ...rest], input, message };
  });
  return { thresholds: undefined, problems: found };
}

/** An inherited entry without what an own entry judges too, of its list and of its scopes; nothing when none is left. */
function withoutOwn(kind: CheckKind, inherited: Entry, own: Entry): Entry[] {
  const named = namesOf(kind, own as never).map(({ name }) => name);
  const shared = namesOf(kind, inherited as never).filter(({ name }) => named.includes(name));
  if (inherited.table !== own.table || shared.length === 0) return [inherited];
  const scopes = inherited.scopes.filter((scope) => !own.scopes.includes(scope));
  if (scopes.length === inherited.scopes.length) return [inherited];
  const list = LISTS[kind];
  if (list === undefined) return scopes.length === 0 ? [] : [{ ...inherited, scopes }];
  const isShared = (value: string) => shared.some(({ feature }) => feature === value);
  const values = inherited[list] as readonly string[];
  const parts: Entry[] = [
    { ...inherited, [list]: values.filter((value) => !isShared(value)) },
    { ...inherited, [list]: values.filter(isShared), scopes },
  ];
  return parts.filter((part) => part.scopes.length > 0 && (part[list] as string[]).length > 0);
}

/** Changes the entries that an override means, in place; gives what is wrong with it. */
function applyOverride(merged: Entries, change: Override): Problem[] {
  const wrong = (key: keyof Override, message: string): Problem[] => [
    { path: [key], input: change[key], message },
  ];
  const all = (Object.keys(merged) as CheckKind[]).flatMap((kind) =>
    merged[kind].flatMap((entry) =>
      namesOf(kind, entry as never).map(({ name, feature }) => ({ kind, entry, name, feature })),
    ),
  );
  const called = all.filter(({ name, kind }) => name === change.check || kind === change.check);
  if (called.length === 0) {
    const names = [...new Set(all.map(({ name }) => name))];
    return wrong(
      'check',
      `a check of what is inherited was wanted.${didYouMean(change.check, names)}`,
    );
  }
  const { table, feature, scope, season } = change;
  const ofTable = called.filter(({ entry }) => table === undefined || entry.table === table);
  if (ofTable.length === 0) {
    const tables = [...new Set(called.map(({ entry }) => entry.table))];
    return wrong(
      'table',
      `a table that the check judges was wanted: ${tables.map((name) => `"${name}"`).join(', ')}.${didYouMean(table!, tables)}`,
    );
  }
  const isFeature = (item: (typeof all)[number]) =>
    feature === undefined ||
    item.feature === feature ||
    ((item.entry['columns'] as readonly string[] | undefined) ?? []).includes(feature);
  const ofFeature = ofTable.filter(isFeature);
  if (ofFeature.length === 0) {
    const features = [...new Set(ofTable.flatMap((item) => item.feature ?? []))];
    return wrong(
      'feature',
      `a feature that the check judges was wanted.${didYouMean(feature!, features)}`,
    );
  }
  const meant = ofFeature.filter(
    ({ entry }) => scope === undefined || entry.scopes.includes(scope),
  );
  if (meant.length === 0) {
    const scopes = [...new Set(ofFeature.flatMap(({ entry }) => entry.scopes))];
    return wrong(
      'scope',
      `a scope of the check was wanted: ${scopes.map((name) => `"${name}"`).join(', ')}.`,
    );
  }
  if (season !== undefined && !meant.some(({ entry }) => entry.scopes.some(isOfSeason))) {
    return wrong(
      'season',
      'a check by date or season was wanted; this one judges everything at once.',
    );
  }
  if (change.off === true && season !== undefined) {
    return wrong('off', 'a limit of the season was wanted: a check is left out of all or none.');
  }
  if (
    change.off !== true &&
    [change.min, change.warn, change.applies].every((value) => value === undefined)
  ) {
    return wrong('check', 'a change was wanted: "min", "warn", "applies" or "off".');
  }
  for (const key of ['min', 'warn'] as const) {
    if ((change[key] ?? 0) > 100 && meant.some(({ kind }) => kind !== 'min_records')) {
      return wrong(key, 'at most 100 was wanted.');
    }
  }
  if (change.applies !== undefined) {
    if (meant.some(({ kind }) => kind !== 'coverage')) {
      return wrong('applies', 'a coverage was wanted: the rows of other checks are given.');
    }
    if (scope !== undefined || season !== undefined) {
      return wrong(
        'applies',
        'no scope and no season was wanted beside it: the same rows count in all of them.',
      );
    }
  }
  // An entry that judges several features is there once for each; a kind without a feature means it once, with all of them.
  const changes = new Map(meant.map((item) => [item.entry, item]));
  for (const { kind, entry, feature: part } of changes.values()) {
    merged[kind].splice(merged[kind].indexOf(entry), 1, ...changed(kind, entry, change, part));
  }
  return [];
}

/** An entry with the change on the feature and the scope that it is meant for; what it is not meant for stays as it was. */
function changed(kind: CheckKind, entry: Entry, change: Override, feature: string | null): Entry[] {
  const parts: Entry[] = [];
  let meant: Entry = entry;
  const list = LISTS[kind];
  const values = list === undefined ? [] : (meant[list] as readonly string[]);
  const isOne = change.feature !== undefined || change.check !== kind;
  if (list !== undefined && isOne && values.length > 1) {
    parts.push({ ...meant, [list]: values.filter((value) => value !== feature) });
    meant = { ...meant, [list]: [feature] };
  }
  if (change.scope !== undefined && meant.scopes.length > 1) {
    parts.push({ ...meant, scopes: meant.scopes.filter((scope) => scope !== change.scope) });
    meant = { ...meant, scopes: [change.scope] };
  }
  if (change.off !== true) parts.push(limited(meant, change));
  return parts;
}

function limited(entry: Entry, change: Override): Entry {
  const { season, why } = change;
  const limits = Object.fromEntries(
    (['min', 'warn'] as const)
      .filter((key) => change[key] !== undefined)
      .map((key) => [key, change[key] ?? undefined]),
  );
  if (season === undefined) {
    const rows = change.applies === undefined ? {} : { applies: change.applies };
    return withoutUndefined({ ...entry, ...limits, ...rows, why });
  }
  const seasons = (entry['by_season'] ?? {}) as Record<string, object>;
  // Nothing is red, or a warning, below 0.
  const ofSeason = Object.fromEntries(
    Object.entries(limits).map(([key, value]) => [key, value ?? 0]),
  );
  return {
    ...entry,
    by_season: { ...seasons, [season]: { ...seasons[season], ...ofSeason, why } },
  };
}

function withoutUndefined(entry: Entry): Entry {
  return Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== undefined),
  ) as unknown as Entry;
}

function isOfSeason(scope: string): boolean {
  return scope === 'date' || scope === 'season';
}
