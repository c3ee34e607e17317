import type { Config } from '../config/config.ts';
import type { Replica } from '../replica/replica.ts';
import { explainVerdict, type Suggestion } from './explain/explain.ts';
import { figureText } from './figure-text.ts';
import { readThresholds } from './read-thresholds.ts';
import type { Finding, GateSummary } from './results.ts';

/** What is red in one check of one table. */
export interface RedGroup {
  readonly check: string;
  readonly table: string;
  readonly scopes: readonly string[];
  /** Since when, of the longest; null: the ledger does not say. */
  readonly since: string | null;
  /** Of a verdict over a season or everything: `CHECK of DATE`, the red date of the same table that it counts, too; null: none. */
  readonly follows: string | null;
}

/** What a person can do about red gates, with what follows from it. */
export interface RedHelp {
  readonly groups: readonly RedGroup[];
  /** What the first verdict stops. */
  readonly blocks: string;
  readonly repair: Suggestion | null;
  /** Red dates, of which training can do without; others are everything's or a season's. */
  readonly dates: readonly string[];
  /** Whether there are red verdicts that no date can be left out for. */
  readonly wider: boolean;
  /** The first check lowered to what was found; null: it has no limit to lower. */
  readonly lower: { readonly argument: string; readonly lets_in: string } | null;
}

/**
 * The red verdicts by check and table, the first one explained, and the three ways on; null when nothing is red.
 * @param range tested dates, both included, and the options that the next run needs to keep to what was asked, with a space before each
 */
export async function redHelp(
  replica: Replica,
  config: Config,
  gates: GateSummary,
  range: { readonly from: string; readonly to: string; readonly given?: string },
): Promise<RedHelp | null> {
  // What is red on a date is the cause of what is red of everything; it comes first.
  const red = [...gates.red].sort((a, b) => Number(isDate(b)) - Number(isDate(a)));
  const first = red[0];
  if (first === undefined) return null;
  const groups = new Map<string, Finding[]>();
  for (const finding of red) {
    const key = `${finding.check} ${finding.table}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const asked = { check: first.check, table: first.table, scope: first.scope };
  const explained = await explainVerdict(
    replica,
    readThresholds(config.gates.thresholds),
    asked,
    range,
  );
  const rows = await rowsOf(replica, first);
  const value = Math.floor(first.found * 100) / 100;
  return {
    groups: await Promise.all([...groups.values()].map((one) => groupOf(replica, one, red))),
    blocks: explained.blocks ?? 'Nothing.',
    repair: repairOf(explained.suggestions[0], range.given ?? ''),
    dates: [...new Set(red.filter(isDate).map(({ scope }) => scope))].sort(),
    wider: red.some((finding) => !isDate(finding)),
    lower:
      explained.min === null || first.check === 'min_records'
        ? null
        : {
            argument: `${first.check}:${first.table}=${value}`,
            lets_in: `${rows === null ? '' : `${rows} rows of `}${first.scope} at ${figureText(first.check, first.found)}`,
          },
  };
}

/** The first suggestion; where it is to run again, with the options that were given. */
function repairOf(first: Suggestion | undefined, given: string): Suggestion | null {
  if (first === undefined) return null;
  return first.remedy === 'source' ? { ...first, command: `${first.command}${given}` } : first;
}

function isDate({ scope }: Finding): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(scope);
}

/** Of verdicts over a season or everything: a red date of the same table, which they count again. */
function followed(findings: readonly Finding[], red: readonly Finding[]): string | null {
  if (findings.some(isDate)) return null;
  const date = red.find((one) => isDate(one) && one.table === findings[0]!.table);
  return date === undefined ? null : `${date.check} of ${date.scope}`;
}

async function groupOf(
  replica: Replica,
  findings: readonly Finding[],
  red: readonly Finding[],
): Promise<RedGroup> {
  const { check, table } = findings[0]!;
  const scopes = findings.map(({ scope }) => scope).sort();
  const row = await replica.row<{ since: string | null }>(
    `SELECT strftime(min(verdict_since), '%Y-%m-%d %H:%M') AS since FROM nba_quality.gate_results
     WHERE check_name = $check AND table_name = $table AND verdict = 'fail'`,
    { check, table },
  );
  return { check, table, scopes, since: row?.since ?? null, follows: followed(findings, red) };
}

/** Rows of the table that a red verdict holds back, by the ledger. */
async function rowsOf(replica: Replica, { table, scope }: Finding): Promise<number | null> {
  const row = await replica.row<{ rows: number | null }>(
    `SELECT CAST(sum(p.rows) AS BIGINT) AS rows FROM hoopduck.partition AS p
     LEFT JOIN (SELECT DISTINCT game_date, season FROM gate_calendar) AS c USING (game_date)
     WHERE p.table_name = $table AND ($scope = 'all' OR c.season = $scope OR CAST(p.game_date AS VARCHAR) = $scope)`,
    { table, scope },
  );
  return row?.rows ?? null;
}
