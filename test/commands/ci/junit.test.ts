import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CheckResult,
  junitXml,
  writeJunit,
  writeJunitError,
} from '../../../src/commands/ci/junit.ts';
import { hoopduck } from '../../support/cli.ts';
import { memoryReplica } from '../../support/memory-replica.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { workspaceWith } from '../../support/workspace.ts';

const AT = new Date('2025-03-01T09:00:00.123Z');
const PLAYERS = 'nba_analytics.player_game_summary';
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;

function result(parts: Partial<CheckResult>): CheckResult {
  const base = { check: 'coverage', table: PLAYERS, scope: '2025-02-28', verdict: 'pass' } as const;
  return { ...base, found: 100, wanted: 95, detail: null, ...parts };
}

const RESULTS = [
  result({}),
  result({ scope: '2025-03-01', verdict: 'fail', found: 80, detail: '"Nikola" <Jokić> & 2 more' }),
  result({ check: 'drift', scope: '2024-25', verdict: 'warn', found: 89.996, wanted: 90 }),
  result({ check: 'overtime', verdict: 'not_evaluated', found: null, wanted: null }),
  result({ check: 'unique_key', table: 'nba_precompute.player_daily_cache', scope: 'all' }),
];

test('a table is a suite, a check and its scope a case, and each verdict has its element', () => {
  expect(junitXml(RESULTS, AT)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hoopduck gates" tests="5" failures="1" errors="0" time="0">
  <testsuite name="nba_analytics.player_game_summary" tests="4" failures="1" errors="0" skipped="1" time="0" timestamp="2025-03-01T09:00:00" hostname="hoopduck">
    <testcase name="coverage 2025-02-28" classname="nba_analytics.player_game_summary" time="0"/>
    <testcase name="coverage 2025-03-01" classname="nba_analytics.player_game_summary" time="0">
      <failure type="GATE_RED" message="80% found, 95% wanted">&quot;Nikola&quot; &lt;Jokić&gt; &amp; 2 more</failure>
    </testcase>
    <testcase name="drift 2024-25" classname="nba_analytics.player_game_summary" time="0">
      <system-out>warning: 89.99% found, 90% wanted</system-out>
    </testcase>
    <testcase name="overtime 2025-02-28" classname="nba_analytics.player_game_summary" time="0">
      <skipped message="no rows that count"/>
    </testcase>
  </testsuite>
  <testsuite name="nba_precompute.player_daily_cache" tests="1" failures="0" errors="0" skipped="0" time="0" timestamp="2025-03-01T09:00:00" hostname="hoopduck">
    <testcase name="unique_key all" classname="nba_precompute.player_daily_cache" time="0"/>
  </testsuite>
</testsuites>
`);
});

test('letters that XML cannot hold are left out, whatever they stand between', () => {
  const detail = 'a\u0000b\u001b[31mc\u000bd\ufffee\ud800f]]>';
  const text = junitXml([result({ verdict: 'fail', detail })], AT);
  expect(text).toContain('>ab[31mcde\ufffdf]]&gt;</failure>');
});

test.skipIf(!hasXmllint)('xmllint finds the shape that readers of JUnit share', () => {
  const folder = temporaryFolder();
  const schema = fileURLToPath(new URL('junit.xsd', import.meta.url));
  const letters = fc.sample(fc.string({ unit: 'binary', minLength: 20 }), {
    numRuns: 200,
    seed: 7,
  });
  const wild = letters.flatMap((detail, i) =>
    (['fail', 'warn', 'not_evaluated'] as const).map((verdict) =>
      result({ check: detail.slice(0, 5), scope: `2025-01-0${i % 9}`, verdict, detail }),
    ),
  );
  const file = join(folder, 'gates.xml');
  const failure = { code: 'CONFIG_INVALID', message: letters.join(''), next: '' } as const;
  const writers = [RESULTS, [], wild].map(
    (results) => () => writeFileSync(file, junitXml(results, AT)),
  );
  for (const write of [...writers, () => writeJunitError(file, 'run', failure, AT)]) {
    write();
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, file], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: `${file} validates\n` });
  }
});

test('the report has the dates that were asked for, every season and the scope of everything', async () => {
  const replica = await memoryReplica();
  for (const [scope, value] of [
    ['date', '2025-02-27'],
    ['date', '2025-02-28'],
    ['season', '2024-25'],
    ['all', 'all'],
  ]) {
    await replica.run(
      `INSERT INTO hoopduck.check_result VALUES
       ('coverage', '${PLAYERS}', $scope, $value, 'pass', 100, 95, 1, 1, NULL, now()::TIMESTAMP, 'r')`,
      { scope: scope!, value: value! },
    );
  }
  const file = join(temporaryFolder(), 'gates.xml');
  await writeJunit(replica, { from: '2025-02-28', to: '2025-03-01' }, file, AT);
  const names = [...readFileSync(file, 'utf8').matchAll(/testcase name="([^"]+)"/g)];
  expect(names.map((match) => match[1])).toEqual([
    'coverage 2024-25',
    'coverage 2025-02-28',
    'coverage all',
  ]);
  replica.close();
});

test.each([
  ['hoopduck.yaml is wrong', 'CONFIG_INVALID', 'surprise: 1\n'],
  ['nothing is there to judge', 'NOTHING_SYNCED', 'warehouse: {path: warehouse}\n'],
])(
  'a command that fails because %s writes its error over an older report',
  async (_, code, yaml) => {
    const folder = await workspaceWith();
    writeFileSync(join(folder, 'hoopduck.yaml'), yaml);
    const file = join(folder, 'gates.xml');
    writeFileSync(file, junitXml([result({})], AT));
    expect(hoopduck(['validate', '-C', folder, '--junit', file]).code).toBe(2);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('<testsuites name="hoopduck gates" tests="1" failures="0" errors="1" ');
    expect(text).toContain(`<testcase name="validate" classname="hoopduck" time="0">
      <error type="${code}" message="`);
  },
);

test.each([
  ['a range that ends before it begins', ['--from', '2025-03-02', '--to', '2025-03-01']],
  ['a date that is none', ['--from', 'yesterday']],
  ['an option that there is not', ['--frm', '2025-03-01']],
])('%s on the command line writes its error over an older report', async (_, options) => {
  const file = join(temporaryFolder(), 'gates.xml');
  writeFileSync(file, junitXml([result({})], AT));
  expect(hoopduck(['validate', '--junit', file, ...options]).code).toBe(2);
  expect(readFileSync(file, 'utf8')).toContain('<error type="USAGE" message="');
});

test('a report of an error is one case with its code, its message and the next step', () => {
  const file = join(temporaryFolder(), 'gates.xml');
  const failure = {
    code: 'CONFIG_INVALID',
    message: 'a "<b>" & \u0000',
    next: 'Mend it.',
  } as const;
  writeJunitError(file, 'run', failure, AT);
  expect(readFileSync(file, 'utf8')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hoopduck gates" tests="1" failures="0" errors="1" time="0">
  <testsuite name="hoopduck" tests="1" failures="0" errors="1" skipped="0" time="0" timestamp="2025-03-01T09:00:00" hostname="hoopduck">
    <testcase name="run" classname="hoopduck" time="0">
      <error type="CONFIG_INVALID" message="a &quot;&lt;b&gt;&quot; &amp; ">Mend it.</error>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('a report that cannot be written ends the command before its work', async () => {
  const folder = await workspaceWith();
  const { code, stderr } = hoopduck([
    'validate',
    '-C',
    folder,
    '--junit',
    join(folder, 'no/x.xml'),
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain(`error[JUNIT_UNWRITABLE]: "${folder}/no/x.xml" cannot be written: `);
  expect(existsSync(join(folder, 'no'))).toBe(false);
});
