import { writeFileSync } from 'node:fs';
import { EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { withoutSecrets } from '../../redact.ts';
import type { Replica } from '../../replica/replica.ts';
import { escapeXml } from '../../report/xml.ts';
import { figureText } from '../../validate/figure-text.ts';
import type { Verdict } from '../../validate/results.ts';
import type { Outcome } from '../command.ts';

/** A result of a check as the ledger has it. */
export interface CheckResult {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly verdict: Verdict;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly detail: string | null;
}

/**
 * Writes the results of the gates as JUnit's XML: those of the dates from `from` to `to`, of seasons and of everything.
 * @throws HoopduckError JUNIT_UNWRITABLE (exit 2)
 */
export async function writeJunit(
  replica: Replica,
  { from, to }: { readonly from: string; readonly to: string },
  path: string,
  at: Date,
): Promise<void> {
  const results = await replica.rows<CheckResult>(
    `SELECT check_name AS "check", table_name AS "table", scope_value AS scope, verdict, found, wanted, detail
     FROM hoopduck.check_result
     WHERE scope <> 'date' OR scope_value BETWEEN $from AND $to
     ORDER BY table_name, check_name, scope_value, wanted`,
    { from, to },
  );
  write(path, junitXml(results, at));
}

/**
 * Takes the place of a report before the work begins, so that a night's work is not done for one that cannot be written.
 * @throws HoopduckError JUNIT_UNWRITABLE (exit 2)
 */
export function beginJunit(path: string): void {
  write(path, junitXml([], new Date(0)));
}

/**
 * Writes a report of one case, the command, that ended with an error before it could report its gates.
 * @throws HoopduckError JUNIT_UNWRITABLE (exit 2)
 */
export function writeJunitError(
  path: string,
  command: string,
  { code, message, next }: NonNullable<Outcome['failure']>,
  at: Date,
): void {
  const counted = 'tests="1" failures="0" errors="1"';
  const [head, text] = [xml(withoutSecrets(message)), xml(withoutSecrets(next))];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hoopduck gates" ${counted} time="0">`,
    `  <testsuite name="hoopduck" ${counted} skipped="0" time="0" timestamp="${timestampOf(at)}" hostname="hoopduck">`,
    `    <testcase name="${xml(command)}" classname="hoopduck" time="0">`,
    `      <error type="${code}" message="${head}">${text}</error>`,
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ];
  write(path, lines.join('\n'));
}

function timestampOf(at: Date): string {
  return at.toISOString().slice(0, 19);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new HoopduckError(
      'JUNIT_UNWRITABLE',
      `"${path}" cannot be written: ${messageOf(error)}`,
      {
        next: 'Give --junit a file in a folder that is there and may be written.',
        exitCode: EXIT.usage,
        cause: error,
      },
    );
  }
}

/** JUnit's XML of results: a suite for each table, a case for each check and scope. Results come by table. */
export function junitXml(results: readonly CheckResult[], at: Date): string {
  const tables = [...new Set(results.map(({ table }) => table))];
  const timestamp = timestampOf(at);
  const suites = tables.map((table) => {
    const cases = results.filter((result) => result.table === table);
    const head = `  <testsuite name="${xml(table)}" ${counts(cases)} time="0" timestamp="${timestamp}" hostname="hoopduck">`;
    return [head, ...cases.map(caseXml), '  </testsuite>'].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hoopduck gates" ${counts(results, false)} time="0">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(cases: readonly CheckResult[], skipped = true): string {
  const of = (wanted: Verdict) => cases.filter(({ verdict }) => verdict === wanted).length;
  const last = skipped ? ` skipped="${of('not_evaluated')}"` : '';
  return `tests="${cases.length}" failures="${of('fail')}" errors="0"${last}`;
}

function caseXml({ check, table, scope, verdict, found, wanted, detail }: CheckResult): string {
  const head = `    <testcase name="${xml(`${check} ${scope}`)}" classname="${xml(table)}" time="0"`;
  const figures = `${figureText(check, found)} found, ${figureText(check, wanted)} wanted`;
  const more = detail === null ? '' : xml(detail);
  if (verdict === 'pass') return `${head}/>`;
  if (verdict === 'not_evaluated') {
    return `${head}>\n      <skipped message="${detail === null ? 'no rows that count' : more}"/>\n    </testcase>`;
  }
  if (verdict === 'warn') {
    const text = xml(`warning: ${figures}`);
    return `${head}>\n      <system-out>${text}${more === '' ? '' : ` (${more})`}</system-out>\n    </testcase>`;
  }
  return `${head}>\n      <failure type="GATE_RED" message="${xml(figures)}">${more}</failure>\n    </testcase>`;
}

/** A text as it may stand in XML 1.0: letters that it does not allow are gone, marks are escaped. */
function xml(text: string): string {
  return escapeXml(
    text
      .replace(/\p{Cs}/gu, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''),
  );
}
