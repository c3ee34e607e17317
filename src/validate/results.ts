import { timestampText } from '../ledger/ledger.ts';
import type { Bindings } from '../replica/replica.ts';
import type { Gates } from './gates.ts';
import { keepHistory } from './keep-history.ts';
import { ASKED_SQL, COVERED_SQL } from './kept-dates.ts';
import { fallingTrends, type Trend } from './trend.ts';

export type Verdict = 'pass' | 'warn' | 'fail' | 'not_evaluated';

/** A check that did not pass, as `run --json` lists it: scope is a date, a season or `all`. */
export interface Finding {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly found: number;
  readonly wanted: number;
  readonly detail: string | null;
}

/** Verdicts counted, and the findings behind the ones that are not a pass. */
export interface GateSummary {
  readonly pass: number;
  readonly warn: number;
  readonly fail: number;
  readonly not_evaluated: number;
  readonly red: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Checks by date whose newest figures are well below their own history, whatever their thresholds say. */
  readonly trends: readonly Trend[];
}

/**
 * Moves the evaluation from `gate_result` into the ledger. Everything that it covers is replaced,
 * checks that the thresholds no longer name included: dates of the range and seasons that it touches, but
 * for those whose verdicts are kept, and the scope of everything. Inside the caller's transaction.
 */
export async function replaceResults(
  gates: Gates,
  written: { runId: string; at: Date },
): Promise<void> {
  const { replica, from, to } = gates;
  await replica.run(`DELETE FROM hoopduck.check_result WHERE ${COVERED_SQL}`, { from, to });
  const bindings: Bindings = { runId: written.runId, at: timestampText(written.at) };
  await replica.run(
    `INSERT INTO hoopduck.check_result BY NAME
     SELECT *, CAST($at AS TIMESTAMP) AS checked_at, $runId AS run_id FROM gate_result`,
    bindings,
  );
  await keepHistory(gates, written);
}

/**
 * Counts the verdicts of the ledger that the range asks for, kept ones and new ones, and lists the fails and
 * warnings, widest scope first.
 */
export async function summarise({ replica, from, to }: Gates): Promise<GateSummary> {
  const counts = await replica.rows<{ verdict: Verdict; n: number }>(
    `SELECT verdict, count(*) AS n FROM hoopduck.check_result WHERE ${ASKED_SQL} GROUP BY verdict`,
    { from, to },
  );
  const count = (verdict: Verdict) => counts.find((row) => row.verdict === verdict)?.n ?? 0;
  const findings = (verdict: Verdict) =>
    replica.rows<Finding>(
      `SELECT check_name AS "check", table_name AS "table", scope_value AS scope, found, wanted, detail
       FROM hoopduck.check_result WHERE verdict = $verdict AND ${ASKED_SQL}
       ORDER BY CASE scope WHEN 'all' THEN 0 WHEN 'season' THEN 1 ELSE 2 END, scope_value, check_name, table_name`,
      { verdict, from, to },
    );
  return {
    pass: count('pass'),
    warn: count('warn'),
    fail: count('fail'),
    not_evaluated: count('not_evaluated'),
    red: await findings('fail'),
    warnings: await findings('warn'),
    trends: await fallingTrends(replica, { from, to }),
  };
}
