import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotationLine } from '../../../src/commands/ci/annotations.ts';
import { tellGithub } from '../../../src/commands/ci/github.ts';
import { hoopduck } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PLAYERS = 'nba_analytics.player_game_summary';
const FAILURE = {
  code: 'GATE_RED',
  message: 'The check "coverage" is red: 80% found.',
  next: 'Mend it.',
} as const;

function red(n: number) {
  return Array.from({ length: n }, (_, i) => ({
    check: 'coverage',
    table: PLAYERS,
    scope: `2025-02-${String(i + 1).padStart(2, '0')}`,
    found: 80,
    wanted: 95,
    detail: 'a | b, <script> & *c*\n%d',
  }));
}

function told(ended: Parameters<typeof tellGithub>[1], env: Record<string, string> = {}) {
  const file = join(temporaryFolder(), 'summary.md');
  writeFileSync(file, 'before\n');
  const lines: string[] = [];
  const actions = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file, ...env };
  tellGithub(actions, ended, (line) => void lines.push(line));
  return { lines, summary: readFileSync(file, 'utf8') };
}

test('letters that would end a workflow command are escaped, in properties more of them', () => {
  const annotation = { level: 'error', title: 'a:b,c%', message: '100%, a: b\r\nc' } as const;
  expect(annotationLine(annotation, undefined)).toBe(
    '::error title=a%3Ab%2Cc%25::100%25, a: b%0D%0Ac',
  );
});

test('an error of configuration is shown at its line of the checkout', () => {
  const message = '/home/runner/repo/league/hoopduck.yaml:3:5: Unknown key "tran".';
  expect(
    annotationLine({ level: 'error', title: 'CONFIG_INVALID', message }, '/home/runner/repo'),
  ).toBe(
    '::error title=CONFIG_INVALID,file=league/hoopduck.yaml,line=3,col=5::/home/runner/repo/league/hoopduck.yaml:3:5: Unknown key "tran".',
  );
});

test('a red run is annotated ten times at most and appended to the summary', () => {
  const gates = { pass: 10, warn: 1, fail: 12, not_evaluated: 0, red: red(12) };
  const { lines, summary } = told({
    command: 'run',
    exitCode: 1,
    failure: FAILURE,
    json: {
      from: '2025-02-01',
      to: '2025-02-28',
      stages: [
        { name: 'sync', status: 'done', seconds: 61 },
        { name: 'train', status: 'skipped', seconds: 0 },
      ],
      tables: [{ table: PLAYERS, rows: 1234, dates_expected: 28, dates_found: 27 }],
      gates,
      training: null,
      push: { target: '/out', written: 3, unchanged: 2, refused: [] },
    },
  });
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('::error title=GATE_RED::The check "coverage" is red: 80%25 found.');
  expect(lines[1]).toBe(
    `::error title=red gate::coverage of ${PLAYERS}, 2025-02-01: 80%25 found, 95%25 wanted (a | b, <script> & *c*%0A%25d)`,
  );
  expect(summary.split('\n').slice(0, 19).join('\n')).toBe(`before
## ❌ hoopduck run, 2025-02-01 to 2025-02-28

**GATE_RED** (exit 1): The check "coverage" is red: 80% found.

**Next:** Mend it.

| stage | status | time |
| --- | --- | --- |
| sync | done | 1 min 01 s |
| train | skipped | 0.0 s |

**Gates:** 10 pass, 1 warn, 12 fail, 0 not evaluated

| red check | table | scope | found | wanted | why |
| --- | --- | --- | --- | --- | --- |
| coverage | nba\\_analytics.player\\_game\\_summary | 2025-02-01 | 80% | 95% | a \\| b, &lt;script&gt; &amp; \\*c\\* %d |
| coverage | nba\\_analytics.player\\_game\\_summary | 2025-02-02 | 80% | 95% | a \\| b, &lt;script&gt; &amp; \\*c\\* %d |
| coverage | nba\\_analytics.player\\_game\\_summary | 2025-02-03 | 80% | 95% | a \\| b, &lt;script&gt; &amp; \\*c\\* %d |`);
  expect(summary).toContain('**Push** to /out: 3 written, 2 unchanged, 0 refused');
  expect(summary).toContain('| nba\\_analytics.player\\_game\\_summary | 1,234 | 27 of 28 |');
});

test('a command that only looks leaves no summary, unless it fails', () => {
  const looked = told({ command: 'status', exitCode: 0, json: {}, failure: null });
  expect(looked).toEqual({ lines: [], summary: 'before\n' });
  const failed = told({ command: 'status', exitCode: 2, failure: FAILURE });
  expect(failed.summary).toContain('## ❌ hoopduck status');
});

test('outside GitHub Actions nothing is said', () => {
  const ended = { command: 'run', exitCode: 1, json: {}, failure: FAILURE };
  expect(told(ended, { GITHUB_ACTIONS: '' })).toEqual({ lines: [], summary: 'before\n' });
});

test('a summary that cannot be written changes nothing', () => {
  const ended = { command: 'run', exitCode: 1, json: {}, failure: FAILURE };
  expect(told(ended, { GITHUB_STEP_SUMMARY: '/no/such/folder/x' }).lines).toHaveLength(1);
});

test('the command line tells GitHub Actions on stderr, and keeps stdout for its document', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehose: {path: x}\n');
  const summary = join(folder, 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: folder };
  const { code, stdout, stderr } = hoopduck(['run', '--json', '-C', folder], { env });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
  expect(stderr).toMatch(/^::error title=CONFIG_INVALID,file=hoopduck\.yaml,line=1,col=1::/m);
  expect(readFileSync(summary, 'utf8')).toContain(
    '## ❌ hoopduck run\n\n**CONFIG_INVALID** (exit 2)',
  );
});
