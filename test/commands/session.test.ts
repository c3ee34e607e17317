import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { EXIT, HoopduckError } from '../../src/errors.ts';
import { withReading, withSession } from '../../src/workspace.ts';
import { workspaceWith } from '../support/workspace.ts';

const now = () => new Date('2025-03-01T06:30:00Z');

async function runs(folder: string) {
  return withReading(loadConfig(folder), (replica) =>
    replica.rows(
      `SELECT command, arguments, CAST(started_at AS VARCHAR) AS started_at, exit_code FROM hoopduck.run`,
    ),
  );
}

test('a session is on record with its arguments and exit code, and lets go of the file', async () => {
  const folder = await workspaceWith();
  const session = { command: 'sync', arguments: { from: '2025-01-01' }, now };
  const result = await withSession(loadConfig(folder), session, async (ctx) => {
    expect(ctx.runId).toMatch(/^20250301T063000Z-[0-9a-f]{4}$/);
    return { exitCode: 1 };
  });
  expect(result).toEqual({ exitCode: 1 });
  expect(await runs(folder)).toEqual([
    {
      command: 'sync',
      arguments: '{"from":"2025-01-01"}',
      started_at: '2025-03-01 06:30:00',
      exit_code: 1,
    },
  ]);
});

test('a session that throws is on record with the exit code of what was thrown', async () => {
  const folder = await workspaceWith();
  const config = loadConfig(folder);
  const session = { command: 'run', arguments: {}, now };
  const refused = new HoopduckError('PUSH_REFUSED', 'No.', { next: '', exitCode: EXIT.refused });
  await expect(withSession(config, session, () => Promise.reject(refused))).rejects.toBe(refused);
  await expect(
    withSession(config, session, () => Promise.reject(new Error('a bug'))),
  ).rejects.toThrow('a bug');
  expect((await runs(folder)).map((run) => run['exit_code'])).toEqual([4, 1]);
});
