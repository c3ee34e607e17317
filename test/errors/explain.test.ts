import { expect, test } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('explain says what a code means, in small letters too', () => {
  const { code, stdout } = hoopduck(['explain', 'replica_missing']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      'REPLICA_MISSING (exit 2)',
      'The workspace has no replica yet, and the command reads one.',
      '',
      'Usual cause: Nothing was synced, or data/replica.duckdb was moved away.',
      'Next step: Run "hoopduck run" or "hoopduck sync" first.',
      '',
    ].join('\n'),
  );
});

test('the code that explain takes is the one that a failure prints', () => {
  const { code, stderr } = hoopduck(['status'], { cwd: temporaryFolder() });
  expect(code).toBe(2);
  const printed = /^error\[(\w+)\]: /.exec(stderr)?.[1];
  expect(printed).toBe('WORKSPACE_MISSING');
  expect(JSON.parse(hoopduck(['explain', printed!, '--json']).stdout)).toMatchObject({
    ok: true,
    code: 'WORKSPACE_MISSING',
    exit_codes: [2],
  });
});

test('a code that there is not is answered with what was meant', () => {
  const { code, stderr } = hoopduck(['explain', 'GATES_RED']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'error[USAGE]: There is no error code "GATES_RED". Did you mean "GATE_RED"?',
  );
});
