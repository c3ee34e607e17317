import type { Replica } from '../../replica/replica.ts';
import { checkText } from '../figures.ts';
import { checksTable } from './gates.ts';

/** What gates say of one date of a table, the gravest verdict first. */
export interface DateProblem {
  readonly verdict: 'fail' | 'warn';
  readonly text: string;
}

/** As many reasons keep the page small; of older dates the state alone is told. */
const MOST_REASONS = 3000;

/** Findings of gates at the scope of a date, by `table date`. */
export async function dateProblems(replica: Replica): Promise<ReadonlyMap<string, DateProblem>> {
  const rows = await replica.rows<{
    table_name: string;
    date: string;
    check_name: string;
    verdict: 'fail' | 'warn';
    found: number | null;
    wanted: number | null;
    detail: string | null;
  }>(
    `SELECT table_name, scope_value AS date, check_name, verdict, found, wanted, detail
     FROM ${await checksTable(replica)}
     WHERE scope = 'date' AND verdict IN ('fail', 'warn')
     ORDER BY scope_value DESC, verdict, table_name, check_name`,
  );
  const problems = new Map<string, DateProblem>();
  for (const { table_name, date, check_name, verdict, found, wanted, detail } of rows) {
    const place = `${table_name} ${date}`;
    const earlier = problems.get(place);
    const told = detail === null ? '' : ` (${detail})`;
    const text =
      problems.size > MOST_REASONS && earlier === undefined
        ? 'see the gates'
        : `${check_name}: ${checkText(found)} found, ${checkText(wanted)} wanted${told}`;
    problems.set(
      place,
      earlier === undefined
        ? { verdict, text }
        : { verdict: earlier.verdict, text: `${earlier.text}; ${text}` },
    );
  }
  return problems;
}
