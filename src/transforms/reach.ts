/** How far back a model looks in an input: which of its dates a change of the input makes stale. */
export type Reach =
  | { readonly kind: 'same date' }
  /** Any date may read any other. */
  | { readonly kind: 'any date' }
  | Window;

/** Dates before the row's own; without a limit, all of them. */
export interface Window {
  readonly kind: 'window';
  /** At most so many days before. */
  readonly days: number | null;
  /** The last rows before, counted for each value of `entity`; only those for which `where` holds. */
  readonly rows: { readonly count: number; readonly where: string | null } | null;
  /** Only dates of the row's own season. */
  readonly inSeason: boolean;
  /** Only rows of the same player, team, ...: the input's column and the spine's. */
  readonly entity: { readonly column: string; readonly spineColumn: string } | null;
}

/** What a person may write, for messages. */
export const REACH_FORMS =
  '"same date", "any date", "earlier dates", "season", "14 days" or "last 10 rows [where CONDITION]", the last four with " of COLUMN" where only rows of the same player or team count, and " in season"';

const WINDOW =
  /^(?:(earlier dates)|(season)|(\d+) days|last (\d+) rows(?: where (.+?))?)(?: of (\w+)(?: as (\w+))?)?( in season)?$/;

/** Reads one reach, such as `last 10 rows of player_key`; undefined when it has no known form. */
export function parseReach(text: string): Reach | undefined {
  const words = text.trim().replace(/\s+/g, ' ');
  if (words === 'same date' || words === 'any date') return { kind: words };
  const match = WINDOW.exec(words);
  if (match === null) return undefined;
  const [, , season, days, count, where, column, spineColumn, inSeason] = match;
  const limit = days ?? count;
  if (limit !== undefined && (Number(limit) < 1 || Number(limit) > 100_000)) return undefined;
  // Rows are counted for somebody.
  if (count !== undefined && column === undefined) return undefined;
  return {
    kind: 'window',
    days: days === undefined ? null : Number(days),
    rows: count === undefined ? null : { count: Number(count), where: where ?? null },
    inSeason: season !== undefined || inSeason !== undefined,
    entity: column === undefined ? null : { column, spineColumn: spineColumn ?? column },
  };
}

/** A reach in the words in which it is written. */
export function reachText(reach: Reach): string {
  if (reach.kind !== 'window') return reach.kind;
  const { days, rows, inSeason, entity } = reach;
  const of =
    entity === null
      ? ''
      : ` of ${entity.column}${entity.spineColumn === entity.column ? '' : ` as ${entity.spineColumn}`}`;
  if (days !== null) return `${days} days${of}${inSeason ? ' in season' : ''}`;
  if (rows !== null) {
    const where = rows.where === null ? '' : ` where ${rows.where}`;
    return `last ${rows.count} rows${where}${of}${inSeason ? ' in season' : ''}`;
  }
  return `${inSeason ? 'season' : 'earlier dates'}${of}`;
}
