import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Config } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { recordForced } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import { type NamedCheck, namedChecks } from './check-names.ts';
import { figureText } from './figure-text.ts';
import { AS_WRITTEN, loweredText } from './lowered-text.ts';
import { parseThresholds, readThresholds } from './read-thresholds.ts';
import type { Thresholds } from './thresholds.ts';

/** `CHECK:TABLE=VALUE`, as it was asked for. */
export interface Lowering {
  readonly check: string;
  readonly table: string;
  readonly value: number;
}

/** A red verdict that a lower threshold would let pass. */
export interface LetIn {
  readonly scope: string;
  readonly found: number;
  /** Rows of the table that would no longer be held back; null: the ledger does not say. */
  readonly rows: number | null;
}

/** What was written, and what it lets in. */
export interface Lowered extends Lowering {
  /** The threshold before. */
  readonly from: number;
  readonly lets_in: readonly LetIn[];
  /** The file of thresholds that has it now. */
  readonly file: string;
  /** Whether hoopduck.yaml names that file since. */
  readonly named_now: boolean;
}

/** The workspace's own file of thresholds, made where it has none. */
const OWN_FILE = 'thresholds.yaml';

/**
 * Reads `CHECK:TABLE=VALUE`.
 * @throws HoopduckError THRESHOLD_NOT_LOWERED (exit 2) when it is of another form
 */
export function parseLowering(text: string): Lowering {
  const parts = /^([a-z]\w*):([\w.]+)=(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (parts === null) {
    throw notLowered(
      `The option "--lower" is "${text}"; CHECK:TABLE=VALUE was wanted, such as coverage_usage_rate:nba_analytics.player_game_summary=90.`,
      EXIT.usage,
    );
  }
  return { check: parts[1]!, table: parts[2]!, value: Number(parts[3]) };
}

/**
 * Lowers a threshold in the workspace's own file, which is made, and named in hoopduck.yaml, where there is none. A value that lets
 * in what is red now needs a reason, which the file and the ledger keep.
 * @throws HoopduckError THRESHOLD_NOT_LOWERED (exit 2: the value is not lower; exit 4: no reason was given), CHECK_UNKNOWN
 */
export async function lowerThreshold(
  ctx: StageContext,
  asked: Lowering,
  reason: string | undefined,
): Promise<Lowered> {
  const { config, replica } = ctx;
  const checks = findChecks(config, asked);
  const { table, name } = checks[0]!;
  const lowering = { ...asked, table };
  const before = Math.max(...checks.flatMap(({ check }) => limitsOf(check)), -1);
  if (lowering.value >= before) {
    throw notLowered(
      before === -1
        ? `The check "${name}" of "${table}" has no "min": nothing of it is ever red.`
        : `The threshold of "${name}" of "${table}" is ${before}; a lower value than that was wanted, not ${asked.value}.`,
      EXIT.usage,
    );
  }
  const letsIn = await wouldLetIn(replica, lowering, checks[0]!);
  if (letsIn.length > 0 && reason === undefined) {
    throw notLowered(
      `At ${figureText(name, asked.value)} "${name}" of "${table}" would let in what is red now: ${letInText(name, letsIn)}. That needs a reason.`,
      EXIT.refused,
    );
  }
  const why = reason ?? `lowered from ${before}; nothing that was red passes by it`;
  const written = writeLowered(config, lowering, checks, why);
  const what = `threshold of ${name} of ${table} lowered from ${before} to ${asked.value}${letsIn.length === 0 ? '' : `: lets in ${letInText(name, letsIn)}`}`;
  await recordForced(replica, ctx.runId, what, why, ctx.now());
  return { ...lowering, from: before, lets_in: letsIn, ...written };
}

/** `2024-12-13 (93.75%, 16 rows) and 2 more`. */
export function letInText(check: string, letsIn: readonly LetIn[]): string {
  const shown = letsIn
    .slice(0, 3)
    .map(
      ({ scope, found, rows }) =>
        `${scope} (${figureText(check, found)}${rows === null ? '' : `, ${rows} rows`})`,
    );
  const more = letsIn.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function findChecks(config: Config, { check, table }: Lowering): NamedCheck[] {
  const all = namedChecks(readThresholds(config.gates.thresholds));
  const called = all.filter(({ name }) => name === check);
  const found = called.filter((one) => one.table === table || one.table.endsWith(`.${table}`));
  if (found.length > 0) return found;
  const message =
    called.length === 0
      ? `There is no check "${check}".${didYouMean(check, [...new Set(all.map(({ name }) => name))])}`
      : `The check "${check}" judges no table "${table}".${didYouMean(
          table,
          called.map((one) => one.table),
        )}`;
  throw new HoopduckError('CHECK_UNKNOWN', message, {
    next: 'Name a check and a table as "hoopduck validate" prints them.',
    exitCode: EXIT.usage,
  });
}

/** The red verdicts of the ledger that pass at the value, the lowest first. */
async function wouldLetIn(
  replica: Replica,
  { check, table, value }: Lowering,
  { kind, check: entry }: NamedCheck,
): Promise<LetIn[]> {
  // The limit of a game is a multiple of the schedule's games.
  const scale =
    kind === 'min_records' && 'per' in entry && entry.per === 'game' ? 'denominator' : '1';
  return replica.rows<LetIn>(
    `SELECT scope_value AS scope, found,
       CASE WHEN scope = 'date' THEN (
         SELECT p.rows FROM hoopduck.partition AS p
         WHERE p.table_name = r.table_name AND p.game_date = TRY_CAST(r.scope_value AS DATE)) END AS rows
     FROM hoopduck.check_result AS r
     WHERE verdict = 'fail' AND check_name = $check AND table_name = $table AND found >= $value * ${scale}
     ORDER BY found, scope_value`,
    { check, table, value },
  );
}

function writeLowered(
  config: Config,
  lowering: Lowering,
  checks: readonly NamedCheck[],
  why: string,
): { file: string; named_now: boolean } {
  const source = config.gates.thresholds;
  const shipped = source === 'default' || source === 'legacy';
  const file = shipped ? join(config.workspace, OWN_FILE) : source;
  if (shipped && existsSync(file)) {
    throw notLowered(
      `"${file}" is there, and hoopduck.yaml does not name it: "gates.thresholds" is "${source}".`,
      EXIT.refused,
    );
  }
  const text = shipped
    ? `# Thresholds of this workspace: those that are shipped, and what is other here.\nextends: ${source}\noverrides: []\n`
    : readFileSync(file, 'utf8');
  const changed = loweredText(text, { ...lowering, why }, checks);
  requireAsAsked(file, changed, readThresholds(source), lowering);
  // Both texts are right before either is written.
  const naming = shipped ? textThatNames(config.file) : undefined;
  writeFileSync(file, changed);
  if (naming !== undefined) writeFileSync(config.file, naming);
  return { file, named_now: shipped };
}

/** Refuses a text by which a limit of the check is another than was asked, or any limit of another check. */
function requireAsAsked(
  file: string,
  text: string,
  before: Thresholds,
  { check, table, value }: Lowering,
): void {
  let after: Map<string, number>;
  try {
    after = strictestLimits(parseThresholds(file, text));
  } catch (error) {
    throw notLowered(
      `The threshold of "${check}" of "${table}" cannot be lowered in "${file}", which would not be right any more: ${messageOf(error)}`,
      EXIT.refused,
    );
  }
  const limits = strictestLimits(before);
  for (const key of new Set([...limits.keys(), ...after.keys()])) {
    const limit = limits.get(key);
    const isAsked = limit !== undefined && key.startsWith(`${check} of ${table}, `);
    const wanted = isAsked ? Math.min(limit, value) : limit;
    const found = after.get(key);
    if (found === wanted) continue;
    const undone = isAsked && found !== undefined ? undoingOverride(file, text, found) : '';
    throw notLowered(
      `The threshold of "${check}" of "${table}" cannot be lowered in "${file}" by itself: ${key} would be ${found ?? 'nothing'}, not ${wanted ?? 'nothing'}${undone}. Nothing was written; change the file by hand.`,
      EXIT.refused,
    );
  }
}

/** Where the last override stands that sets this limit: it comes after the lowered one, and undoes it. */
function undoingOverride(file: string, text: string, limit: number): string {
  const lines = new LineCounter();
  const overrides = parseDocument(text, { lineCounter: lines }).get('overrides');
  if (!isSeq(overrides)) return '';
  const last = overrides.items.findLast((item) => isMap(item) && item.get('min') === limit);
  if (!isMap(last) || last.range == null) return '';
  const { line, col } = lines.linePos(last.range[0]);
  return `, as the override at ${file}:${line}:${col} says, which comes later`;
}

/** The highest `min` of each check, scope and season with one of its own: what is red in one limit is red. */
function strictestLimits(thresholds: Thresholds): Map<string, number> {
  const limits = new Map<string, number>();
  const add = (key: string, min: number | undefined) => {
    if (min !== undefined) limits.set(key, Math.max(min, limits.get(key) ?? min));
  };
  for (const { name, table, check } of namedChecks(thresholds)) {
    for (const scope of check.scopes) {
      add(`${name} of ${table}, ${scope}`, check.min);
      // A season's limits are none of everything at once.
      const seasons = scope === 'all' ? {} : (check.by_season ?? {});
      for (const [season, { min }] of Object.entries(seasons)) {
        add(`${name} of ${table}, ${scope} in ${season}`, min);
      }
    }
  }
  return limits;
}

/** All limits of a check below which something is red. */
function limitsOf({ min, by_season }: NamedCheck['check']): number[] {
  return [min, ...Object.values(by_season ?? {}).map((limits) => limits.min)].filter(
    (limit) => limit !== undefined,
  );
}

/** The text of hoopduck.yaml that names the workspace's own file; what stands there stays as it is. */
function textThatNames(file: string): string {
  const text = readFileSync(file, 'utf8');
  const document = parseDocument(text);
  const before = (document.toJS() ?? {}) as Record<string, unknown>;
  const gates = (before['gates'] ?? {}) as Record<string, unknown>;
  const wanted = { ...before, gates: { ...gates, thresholds: OWN_FILE } };
  const end = text.endsWith('\n') ? '' : '\n';
  const appended = `${text}${end}\ngates:\n  thresholds: ${OWN_FILE}\n`;
  if (!document.has('gates') && says(appended, wanted)) return appended;
  if (document.errors.length === 0 && isMap(document.contents)) {
    if (isMap(document.get('gates'))) document.setIn(['gates', 'thresholds'], OWN_FILE);
    else document.set('gates', document.createNode({ thresholds: OWN_FILE }));
    const changed = document.toString(AS_WRITTEN);
    if (says(changed, wanted)) return changed;
  }
  throw notLowered(
    `"${file}" cannot be made to name "${OWN_FILE}"; nothing was written. Set "gates.thresholds" there by hand, to a file with "extends".`,
    EXIT.refused,
  );
}

/** Whether a YAML text is without a fault and comes to this value. */
function says(text: string, wanted: unknown): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

function notLowered(
  message: string,
  exitCode: typeof EXIT.usage | typeof EXIT.refused,
): HoopduckError {
  return new HoopduckError('THRESHOLD_NOT_LOWERED', message, {
    next: 'Say why with --reason "...", or see what it is about: "hoopduck validate --explain CHECK".',
    exitCode,
  });
}
