// Runs the tests and closes with the line "N passed, N failed" (", N skipped"). What was skipped for want
// of something on this machine is said; with CI=true a skip of the real seasons is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-test-'));
const outputFile = join(scratch, 'result.json');
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

const run = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);

let passed = 0;
let failed = run.status === 0 ? 0 : 1;
const skipped = [];
if (existsSync(outputFile)) {
  const result = JSON.parse(readFileSync(outputFile, 'utf8'));
  passed = result.numPassedTests;
  failed = Math.max(result.numFailedTests + result.numFailedTestSuites, failed);
  if (result.numFailedTests > 0) failed = result.numFailedTests;
  for (const file of result.testResults) {
    for (const test of file.assertionResults) {
      if (['pending', 'skipped', 'todo'].includes(test.status)) {
        skipped.push(`${relative(root, file.name)}: ${test.fullName}`);
      }
    }
  }
}
rmSync(scratch, { recursive: true, force: true });

if (skipped.length > 0) {
  console.log('\nSkipped, because something is not on this machine:');
  for (const title of skipped) console.log(`  ${title}`);
}
const seasons = join(root, '..', 'shared', 'data', 'warehouse');
if (!existsSync(seasons)) {
  console.log(
    '\nThe real seasons are not beside this checkout; the tests that need them were skipped.',
  );
  if (process.env['CI'] === 'true') {
    console.log('With CI=true that is a failure.');
    failed += 1;
  }
}
console.log(
  `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
);
process.exit(failed > 0 || run.status !== 0 ? 1 : 0);
