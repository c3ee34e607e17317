import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseDocument, type YAMLSeq } from 'yaml';
import type { Config } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { recordForced } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import { type NamedCheck, namedChecks } from './check-names.ts';
import { figureText } from './figure-text.ts';
import { parseThresholds, readThresholds } from './read-thresholds.ts';
import type { CheckKind } from './thresholds.ts';

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
/** Long lines and lists stay as they were written. */
const AS_WRITTEN = { lineWidth: 0, flowCollectionPadding: false } as const;

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
  const before = Math.max(...checks.flatMap(({ check }) => check.min ?? []), -1);
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
  const document = parseDocument(text);
  if (document.has('extends')) addOverride(document, lowering, why);
  else changeInPlace(document, lowering, checks, why);
  const changed = document.toString(AS_WRITTEN);
  parseThresholds(file, changed);
  writeFileSync(file, changed);
  if (shipped) nameInConfig(config.file);
  return { file, named_now: shipped };
}

/** One override a check and table: a second lowering takes the place of the first. */
function addOverride(document: Document, { check, table, value }: Lowering, why: string): void {
  const known =
    (document.toJS() as { overrides?: readonly Record<string, unknown>[] }).overrides ?? [];
  const at = known.findIndex(
    (other) =>
      other['check'] === check &&
      other['table'] === table &&
      other['scope'] === undefined &&
      other['season'] === undefined,
  );
  if (at !== -1) {
    document.setIn(['overrides', at, 'min'], value);
    document.setIn(['overrides', at, 'why'], why);
    return;
  }
  if (!document.has('overrides')) document.set('overrides', []);
  const overrides = document.get('overrides') as YAMLSeq;
  overrides.flow = false;
  overrides.add(document.createNode({ check, table, min: value, why }));
}

/** A file that inherits nothing has the entry itself. */
function changeInPlace(
  document: Document,
  { value }: Lowering,
  checks: readonly NamedCheck[],
  why: string,
): void {
  const file = document.toJS() as Partial<Record<CheckKind, readonly Record<string, unknown>[]>>;
  let changes = 0;
  for (const { kind, check } of checks) {
    for (const [index, entry] of (file[kind] ?? []).entries()) {
      const isMeant =
        entry['table'] === check.table &&
        JSON.stringify(entry['scopes']) === JSON.stringify(check.scopes) &&
        (entry['name'] ?? entry['column']) ===
          ('name' in check ? check.name : 'column' in check ? check.column : undefined);
      if (!isMeant || entry['min'] === undefined) continue;
      document.setIn([kind, index, 'min'], value);
      document.setIn([kind, index, 'why'], why);
      changes += 1;
    }
  }
  if (changes > 0) return;
  throw notLowered(
    'The file of thresholds is in the keys of the old platform, which has no place for a reason.',
    EXIT.usage,
  );
}

/** Names the workspace's own file in hoopduck.yaml; what stands there stays as it is. */
function nameInConfig(file: string): void {
  const text = readFileSync(file, 'utf8');
  const document = parseDocument(text);
  if (!document.has('gates')) {
    const end = text.endsWith('\n') ? '' : '\n';
    writeFileSync(file, `${text}${end}\ngates:\n  thresholds: ${OWN_FILE}\n`);
    return;
  }
  document.setIn(['gates', 'thresholds'], OWN_FILE);
  writeFileSync(file, document.toString(AS_WRITTEN));
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
