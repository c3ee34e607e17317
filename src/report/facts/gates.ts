import type { Replica } from '../../replica/replica.ts';

/** A check that is red or warns; of one check, table and verdict, all dates are one finding. */
export interface GateFinding {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  /** Of dates the last one. */
  readonly scope_value: string;
  /** How many results it stands for: dates, or one. */
  readonly n: number;
  /** The first of its dates; `scope_value` where it is one. */
  readonly first: string;
  readonly verdict: 'fail' | 'warn';
  /** The worst that was found, and what is said of it. */
  readonly found: number | null;
  readonly wanted: number | null;
  readonly detail: string | null;
  /** Since when the verdict is this one, of the first; null: the ledger does not know. */
  readonly since: string | null;
}

/** Checks of one name, table and scope that pass, or have nothing to judge. */
export interface GateGroup {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly verdict: 'pass' | 'not_evaluated';
  readonly n: number;
  /** The worst that was found. */
  readonly worst: number | null;
  readonly wanted: number | null;
  readonly detail: string | null;
}

/** How many checks were red and warned from this moment on. */
export interface GateMoment {
  readonly at: string;
  readonly fail: number;
  readonly warn: number;
}

export interface GateFacts {
  readonly counts: Readonly<Record<'pass' | 'warn' | 'fail' | 'not_evaluated', number>>;
  /** Red first, then by how much they cover, newest dates first; at most `MOST_FINDINGS`. */
  readonly findings: readonly GateFinding[];
  readonly groups: readonly GateGroup[];
  readonly checked_at: string | null;
  /** Oldest first; empty where the ledger keeps no history. */
  readonly history: readonly GateMoment[];
}

/** More would not be read. */
export const MOST_FINDINGS = 400;

const MOST_MOMENTS = 200;

/** The table that holds the newest result of each check. */
export async function checksTable(replica: Replica): Promise<string> {
  const inLedger = await replica.hasTable('hoopduck.check_result');
  return inLedger ? 'hoopduck.check_result' : 'nba_quality.gate_results';
}

/** Reads what the last validations found; null: nothing was checked yet. */
export async function gateFacts(replica: Replica): Promise<GateFacts | null> {
  const checks = await checksTable(replica);
  const verdicts = await replica.rows<{ verdict: string; n: number }>(
    `SELECT verdict, count(*) AS n FROM ${checks} GROUP BY verdict`,
  );
  if (verdicts.length === 0) return null;
  const count = (name: string) => verdicts.find(({ verdict }) => verdict === name)?.n ?? 0;
  const dated = await replica.hasTable('nba_quality.gate_results');
  const checked = await replica.row<{ at: string }>(
    `SELECT strftime(max(checked_at), '%Y-%m-%dT%H:%M:%SZ') AS at FROM ${checks}`,
  );
  return {
    counts: {
      pass: count('pass'),
      warn: count('warn'),
      fail: count('fail'),
      not_evaluated: count('not_evaluated'),
    },
    findings: await replica.rows<GateFinding>(
      `SELECT c.check_name AS "check", c.table_name AS "table", c.scope, max(c.scope_value) AS scope_value,
         count(*) AS n, min(c.scope_value) AS first, c.verdict, min(c.found) AS found, max(c.wanted) AS wanted,
         coalesce(arg_min(c.detail, c.found), any_value(c.detail)) AS detail,
         ${dated ? "strftime(min(g.verdict_since), '%Y-%m-%dT%H:%M:%SZ')" : 'NULL'} AS since
       FROM ${checks} AS c
       ${dated ? 'LEFT JOIN nba_quality.gate_results AS g USING (check_name, table_name, scope, scope_value, verdict)' : ''}
       WHERE c.verdict IN ('fail', 'warn')
       GROUP BY c.check_name, c.table_name, c.scope, c.verdict, CASE c.scope WHEN 'date' THEN '' ELSE c.scope_value END
       ORDER BY c.verdict, CASE c.scope WHEN 'all' THEN 0 WHEN 'season' THEN 1 ELSE 2 END, max(c.scope_value) DESC,
         c.check_name, c.table_name
       LIMIT ${MOST_FINDINGS}`,
    ),
    groups: await replica.rows<GateGroup>(
      `SELECT check_name AS "check", table_name AS "table", scope, verdict, count(*) AS n,
         min(found) AS worst, max(wanted) AS wanted, arg_min(detail, found) AS detail
       FROM ${checks} WHERE verdict IN ('pass', 'not_evaluated')
       GROUP BY ALL ORDER BY verdict DESC, check_name, table_name, scope`,
    ),
    checked_at: checked?.at ?? null,
    history: await history(replica),
  };
}

/** The verdicts that held at each moment at which one changed. */
async function history(replica: Replica): Promise<GateMoment[]> {
  if (!(await replica.hasTable('hoopduck.check_timeline'))) return [];
  const moments = await replica.rows<GateMoment>(
    `WITH result AS (
       SELECT verdict, checked_at, replaced_at FROM hoopduck.check_timeline WHERE verdict IN ('fail', 'warn')),
     moment AS (
       SELECT DISTINCT changed_at FROM (
         SELECT checked_at AS changed_at FROM hoopduck.check_timeline
         UNION ALL SELECT replaced_at FROM hoopduck.check_timeline)
       WHERE changed_at IS NOT NULL ORDER BY changed_at DESC LIMIT ${MOST_MOMENTS})
     SELECT strftime(m.changed_at, '%Y-%m-%dT%H:%M:%SZ') AS at,
       count(*) FILTER (r.verdict = 'fail') AS fail, count(*) FILTER (r.verdict = 'warn') AS warn
     FROM moment AS m
     LEFT JOIN result AS r
       ON r.checked_at <= m.changed_at AND (r.replaced_at IS NULL OR r.replaced_at > m.changed_at)
     GROUP BY m.changed_at ORDER BY m.changed_at`,
  );
  return moments.length < 2 ? [] : moments;
}
