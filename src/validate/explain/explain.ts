import { quoteIdentifier, quoteLiteral } from '../../replica/identifiers.ts';
import type { Replica, Row } from '../../replica/replica.ts';
import { createCalendar } from '../calendar.ts';
import type { NamedCheck } from '../check-names.ts';
import { createResults, type Gates, openGates } from '../gates.ts';
import type { Verdict } from '../results.ts';
import { runChecks } from '../run-checks.ts';
import type { CheckKind, Thresholds } from '../thresholds.ts';
import { CAUSES, type Cause, isMeant, type Remedy } from './causes.ts';
import { factsOf, sourceOf } from './facts.ts';
import { type AskedVerdict, findVerdict } from './find-check.ts';
import { queryText } from './query-text.ts';
import { rowsBehindSql } from './rows.ts';
import { COUNTED, COUNTED_OF_MODELS } from './words.ts';

/** A result of a check at some time. */
export interface PastResult {
  readonly verdict: Verdict;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly from: string;
  /** null: it holds still. */
  readonly to: string | null;
  readonly run_id: string;
}

/** Something to do, with the command that does it; null: there is none to type. */
export interface Suggestion {
  readonly remedy: Remedy;
  readonly text: string;
  readonly command: string | null;
}

/** A cause that fits the facts. */
export interface LikelyCause {
  readonly incident: string | null;
  readonly happened: string;
}

/** One verdict, explained. */
export interface Explanation {
  readonly check: string;
  readonly table: string;
  readonly scope: AskedVerdict['scope'];
  readonly value: string;
  readonly verdict: Verdict;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly min: number | null;
  readonly warn: number | null;
  readonly why: string | null;
  readonly detail: string | null;
  readonly numerator: { readonly n: number | null; readonly words: string };
  readonly denominator: { readonly n: number | null; readonly words: string };
  readonly applies: string | null;
  /** Since when the verdict is this one; null: no validation has recorded it. */
  readonly since: string | null;
  readonly history: readonly PastResult[];
  readonly rows: {
    readonly total: number;
    readonly columns: readonly string[];
    /** The first twenty. */
    readonly first: readonly Row[];
  };
  readonly causes: readonly LikelyCause[];
  /** The likeliest first. */
  readonly suggestions: readonly Suggestion[];
  /** What it stops while it is red, in a sentence; null: nothing. */
  readonly blocks: string | null;
  /** What counts it, as `hoopduck query` takes it; null: the check could not be counted now. */
  readonly sql: string | null;
}

const SHOWN_ROWS = 20;
const SHOWN_RESULTS = 8;
const SHOWN_CAUSES = 3;
/** Rows that causes are looked for in; the first ones of a table that is wrong throughout tell as much. */
const LOOKED_AT = 2000;

/**
 * Explains a verdict: counts it anew on what the replica holds now, with the rows behind it, its history from the
 * ledger, and what the incidents that look like it were repaired by. Writes nothing.
 * @throws HoopduckError CHECK_UNKNOWN (exit 2)
 */
export async function explainVerdict(
  replica: Replica,
  thresholds: Thresholds,
  asked: {
    readonly check: string;
    readonly table?: string | undefined;
    readonly scope?: string | undefined;
  },
  range: { readonly from: string; readonly to: string },
): Promise<Explanation> {
  const at = await findVerdict(replica, thresholds, asked);
  const gates = openGates(replica, at.scope === 'date' ? { from: at.value, to: at.value } : range);
  await createCalendar(gates);
  await createResults(replica);
  await runChecks(gates, onlyCheck(thresholds, at.named));
  const counted = await countedNow(gates, at);
  const verdict = counted?.verdict ?? 'not_evaluated';
  const rows = await rowsBehind(gates, at, verdict);
  const found = await likely(gates, at, verdict, rows);
  const limits = limitsOf(at.named, await seasonOf(replica, at));
  const words =
    at.named === undefined ? COUNTED_OF_MODELS[at.name] : COUNTED[at.named.kind as CheckKind];
  const named = (text: string) => text.replaceAll('{feature}', at.named?.feature ?? 'it');
  return {
    check: at.name,
    table: at.table,
    scope: at.scope,
    value: at.value,
    verdict,
    found: counted?.found ?? null,
    wanted: counted?.wanted ?? null,
    ...limits,
    why: at.named?.check.why ?? COUNTED_OF_MODELS[at.name]?.why ?? null,
    detail: counted?.detail ?? null,
    numerator: {
      n: counted?.numerator ?? null,
      words: named(words?.numerator ?? 'rows as they should be'),
    },
    denominator: {
      n: counted?.denominator ?? null,
      words: named(words?.denominator ?? 'rows that count'),
    },
    applies: at.named?.check.applies ?? null,
    ...(await pastOf(replica, at)),
    rows: { total: rows.total, columns: rows.columns, first: rows.first },
    ...found,
    blocks: verdict === 'fail' ? blockedBy(at) : null,
    sql: await sqlOf(gates, at),
  };
}

/** Thresholds with the one check alone, and the coverages that a drift looks at. */
function onlyCheck(thresholds: Thresholds, named: NamedCheck | undefined): Thresholds {
  const kinds = Object.keys(thresholds) as CheckKind[];
  const empty = Object.fromEntries(kinds.map((kind) => [kind, []]));
  if (named === undefined) return empty as unknown as Thresholds;
  const kept = named.kind === 'drift' ? { coverage: thresholds.coverage } : {};
  // All entries of its table: a coverage has one for each limit.
  const same = (thresholds[named.kind] as readonly { readonly table: string }[]).filter(
    ({ table }) => table === named.table,
  );
  return { ...empty, ...kept, [named.kind]: same } as unknown as Thresholds;
}

interface CountedRow {
  readonly verdict: Verdict;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly detail: string | null;
}

async function countedNow({ replica }: Gates, at: AskedVerdict): Promise<CountedRow | undefined> {
  const row = await replica.row<CountedRow>(
    `SELECT verdict, found, wanted, numerator, denominator, detail FROM gate_result
     WHERE check_name = $name AND table_name = $table AND scope = $scope AND scope_value = $value
     ORDER BY CASE verdict WHEN 'fail' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END LIMIT 1`,
    { name: at.name, table: at.table, scope: at.scope, value: at.value },
  );
  if (row !== undefined) return row;
  // Some checks have a row of a date only where it is red: without one it is as it should be.
  const passes =
    ['recorded_rows', 'unique_key', 'orphan_rows'].includes(at.name) && at.scope === 'date';
  return passes
    ? { verdict: 'pass', found: 100, wanted: 100, numerator: 0, denominator: 0, detail: null }
    : undefined;
}

interface Behind {
  readonly total: number;
  readonly columns: readonly string[];
  readonly first: readonly Row[];
}

/** The rows behind a verdict, kept in the temporary tables explain_row and explain_date. */
async function rowsBehind(gates: Gates, at: AskedVerdict, verdict: Verdict): Promise<Behind> {
  const { replica } = gates;
  const sql = await rowsSql(gates, at);
  const isBad = verdict === 'fail' || verdict === 'warn';
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE explain_row AS
     ${sql === undefined || !isBad ? 'SELECT CAST(NULL AS DATE) AS game_date WHERE FALSE' : `FROM (${sql}) LIMIT ${LOOKED_AT}`}`,
  );
  const columns = (await replica.columnsOf('temp.explain_row')).map(({ name }) => name);
  const date = columns.find((name) => name === 'game_date' || name.endsWith('_date'));
  // Without rows that have a date: the partitions of the table in the scope.
  const dates =
    at.scope === 'date'
      ? 'SELECT CAST($value AS DATE) AS game_date WHERE $table IS NOT NULL'
      : date !== undefined && isBad
        ? `SELECT DISTINCT ${quoteIdentifier(date)} AS game_date FROM explain_row WHERE $value <> $table`
        : `SELECT game_date FROM hoopduck.partition
           WHERE table_name = $table AND rows > 0 AND ($value = 'all' OR (
             game_date >= (SELECT min(game_date) FROM gate_calendar WHERE season = $value)
             AND game_date < coalesce((SELECT min(game_date) FROM gate_calendar WHERE season > $value), DATE '9999-12-31')))`;
  await replica.run(`CREATE OR REPLACE TEMP TABLE explain_date AS ${dates}`, {
    value: at.value,
    table: at.table,
  });
  if (!isBad || sql === undefined) return { total: 0, columns: [], first: [] };
  const [total] = await replica.column<number>(`SELECT count(*) FROM (${sql})`);
  const first = await replica.rows(`FROM explain_row LIMIT ${SHOWN_ROWS}`);
  return { total: total!, columns, first };
}

async function rowsSql(gates: Gates, at: AskedVerdict): Promise<string | undefined> {
  const inScope = (column: string) => {
    if (at.scope === 'date') return `${column} = DATE '${at.value}'`;
    if (at.scope === 'season') {
      return `${column} IN (SELECT game_date FROM gate_calendar WHERE season = '${at.value}')`;
    }
    return 'TRUE';
  };
  if ((await gates.columnsOf(at.table)).length === 0) return undefined;
  if (at.named !== undefined) {
    return rowsBehindSql({ gates, named: at.named, scope: at.scope, inScope });
  }
  return `SELECT game_date, rows, expected_rows, detail FROM hoopduck.partition
    WHERE table_name = ${quoteLiteral(at.table)} AND verdict = 'short' AND ${inScope('game_date')} ORDER BY 1`;
}

/** The causes whose facts hold, and what they suggest, each once. */
async function likely(
  gates: Gates,
  at: AskedVerdict,
  verdict: Verdict,
  rows: Behind,
): Promise<{ causes: LikelyCause[]; suggestions: Suggestion[] }> {
  const named = at.named ?? { kind: 'unique_key' as const, table: at.table, feature: null };
  const source = sourceOf(named);
  const holds = factsOf({
    gates,
    named: named as NamedCheck,
    source,
    hasTeams: rows.columns.includes('team_abbr'),
  });
  const dates = await gates.replica.column<string>(
    'SELECT CAST(game_date AS VARCHAR) FROM explain_date WHERE game_date IS NOT NULL ORDER BY game_date',
  );
  const said = (text: string) =>
    text
      .replaceAll('{dates}', datesText(dates))
      .replaceAll('{table}', at.table)
      .replaceAll('{source}', source);
  const fitting: Cause[] = [];
  for (const cause of CAUSES) {
    if (fitting.length === SHOWN_CAUSES) break;
    if (!cause.verdicts.includes(verdict)) continue;
    if (!cause.checks.some((pattern) => isMeant(pattern, at.name))) continue;
    // What fits everything is said only where nothing special is.
    if (fitting.length > 0 && cause.when.length === 0 && cause.checks.includes('*')) continue;
    const facts = await Promise.all(cause.when.map(holds));
    if (facts.every(Boolean)) fitting.push(cause);
  }
  const suggestions = fitting.map((cause) => ({
    remedy: cause.remedy,
    text: said(cause.help),
    command: commandOf(cause.remedy, at, dates),
  }));
  const once = suggestions.filter(
    ({ text, command }, i) =>
      i === suggestions.findIndex((other) => other.text === text && other.command === command),
  );
  return {
    causes: fitting.map(({ incident, happened }) => ({ incident, happened: said(happened) })),
    suggestions: once,
  };
}

/** What to type for a remedy. */
function commandOf(remedy: Remedy, at: AskedVerdict, dates: readonly string[]): string | null {
  const span = dates.length === 0 ? '' : ` --from ${dates[0]} --to ${dates.at(-1)}`;
  switch (remedy) {
    case 'rebuild':
      return `hoopduck transform${span} --refresh`;
    case 'resync':
      return `hoopduck sync${span} --refresh`;
    case 'source':
      return 'hoopduck run';
    case 'look':
      return at.name === 'range_usage_rate'
        ? 'hoopduck validate --explain reconciliation'
        : 'hoopduck validate --explain input_known_pace_differential';
    case 'nothing':
      return null;
  }
}

function datesText(dates: readonly string[]): string {
  if (dates.length === 0) return 'no date';
  if (dates.length <= 3) return dates.join(', ');
  return `${dates[0]} to ${dates.at(-1)} (${dates.length} dates)`;
}

/** What a red verdict stops (SPEC, section 5). */
function blockedBy({ table, scope, value }: AskedVerdict): string {
  const isRaw = table.startsWith('nba_raw.');
  if (scope === 'date') {
    return isRaw
      ? `Training on rows of ${value}.`
      : `Training on rows of ${value}, pushing ${table} of ${value}, and pushing later rows that read it.`;
  }
  return isRaw
    ? 'Training.'
    : `Training, and pushing ${table}${scope === 'season' ? ` of ${value}` : ''}.`;
}

/** Since when, and what was before, from the ledger; the newest first. */
async function pastOf(
  replica: Replica,
  at: AskedVerdict,
): Promise<{ since: string | null; history: PastResult[] }> {
  // A replica that an older version wrote, read as it is.
  if (!(await replica.hasTable('hoopduck.check_timeline'))) return { since: null, history: [] };
  const key = { name: at.name, table: at.table, scope: at.scope, value: at.value };
  const history = await replica.rows<PastResult & { since: string }>(
    `SELECT verdict, found, wanted, strftime(checked_at, '%Y-%m-%d %H:%M') AS "from",
       strftime(replaced_at, '%Y-%m-%d %H:%M') AS "to", run_id, strftime(verdict_since, '%Y-%m-%d %H:%M') AS since
     FROM hoopduck.check_timeline
     WHERE check_name = $name AND table_name = $table AND scope = $scope AND scope_value = $value
     ORDER BY hoopduck.check_timeline.checked_at DESC, replaced_at DESC NULLS FIRST LIMIT ${SHOWN_RESULTS}`,
    key,
  );
  const present = history.find(({ to }) => to === null);
  return {
    since: present?.since ?? null,
    history: history.map(({ since: _, ...result }) => result),
  };
}

async function seasonOf(replica: Replica, at: AskedVerdict): Promise<string | null> {
  if (at.scope === 'season') return at.value;
  if (at.scope === 'all') return null;
  const row = await replica.row<{ season: string }>(
    'SELECT season FROM gate_calendar WHERE game_date = CAST($date AS DATE)',
    { date: at.value },
  );
  return row?.season ?? null;
}

function limitsOf(named: NamedCheck | undefined, season: string | null) {
  const own = named?.check.by_season?.[season ?? ''];
  return {
    min: own?.min ?? named?.check.min ?? null,
    warn: own?.warn ?? named?.check.warn ?? null,
  };
}

/** The text that counts the verdict: of the queries of the check the one that gives this scope. */
async function sqlOf(gates: Gates, at: AskedVerdict): Promise<string | null> {
  for (const text of gates.texts) {
    if (text.check?.name !== at.name || text.check.table !== at.table) continue;
    const sql = queryText(gates, text, at.scope, at.value);
    const rows = await gates.replica.rows(sql).catch(() => []);
    if (rows.length > 0) return sql;
  }
  return null;
}
