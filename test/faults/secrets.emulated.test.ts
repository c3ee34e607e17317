import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { Replica } from '../../src/replica/replica.ts';
import { bigqueryLocation, otherWriter } from '../support/bigquery-world.ts';
import { hoopduckBeside } from '../support/cli.ts';
import { bigqueryEmulator } from '../support/emulators.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { games, men } from '../sync/support/world.ts';
import { startRestProxy } from './proxy/rest.ts';

/** Made up; it stands for the token that must never be seen. */
const TOKEN = 'planted-secret-5f3a9c1e7b';

test('a token is in the requests and nowhere else: no output, no log, no ledger, whatever fails', async (context) => {
  const emulator = bigqueryEmulator(context);
  const rest = await startRestProxy({ target: emulator.rest, kind: 'bigquery' });
  const storageRead = `${emulator.grpc.host}:${emulator.grpc.port}`;
  const location = bigqueryLocation({
    project: emulator.project,
    rest: emulator.rest,
    storageRead,
  });
  const memory = await Replica.open(':memory:');
  onTestFinished(async () => {
    memory.close();
    await rest.close();
  });
  const writer = await otherWriter(location, memory);
  await writer.seed('nba_raw.nbac_schedule', games('2024-01-15'));
  await writer.seed('nba_raw.nbac_gamebook_player_stats', men("('2024-01-15', 'tatum', 30)"));
  const folder = join(temporaryFolder(), 'workspace');
  mkdirSync(folder);
  // Where every call fails, the deadline is waited for; where none does, a slow server has time.
  const configure = (deadlineSeconds: number) => {
    const target = {
      kind: 'bigquery',
      project: emulator.project,
      dataset_prefix: location.datasetPrefix,
      endpoints: { rest: rest.url, storage_read: `http://${storageRead}` },
      credentials: { access_token_env: 'HOOPDUCK_TOKEN' },
      deadline_seconds: deadlineSeconds,
    };
    writeFileSync(join(folder, 'hoopduck.yaml'), stringify({ warehouse: target, push: target }));
  };
  const env = { HOOPDUCK_TOKEN: TOKEN };
  const said: string[] = [];
  for (const fault of [undefined, 401, 403, 503] as const) {
    configure(fault === undefined ? 120 : 4);
    for (const args of [['doctor'], ['sync'], ['push', '--json']]) {
      rest.clear();
      const reason = { 401: 'authError', 403: 'accessDenied', 503: 'backendError' };
      if (fault !== undefined) {
        rest.plan({
          call: () => true,
          nth: 'every',
          fault: { kind: 'status', status: fault, reason: reason[fault] },
        });
      }
      const ended = await hoopduckBeside([...args, '--debug', '-C', folder], { env });
      said.push(ended.stdout, ended.stderr);
      if (args[0] === 'sync') {
        expect([fault, ended.code]).toEqual([fault, fault === undefined ? 0 : 3]);
        expect(rest.calls.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(
          true,
        );
      }
    }
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.some((file) => file.endsWith('replica.duckdb'))).toBe(true);
  for (const file of files) expect(readFileSync(file).includes(TOKEN), file).toBe(false);
  expect(said.filter((text) => text.includes(TOKEN))).toEqual([]);
  expect(said.some((text) => text.includes('the access token in $HOOPDUCK_TOKEN'))).toBe(true);
});
