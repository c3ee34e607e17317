import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { expect, test } from 'vitest';
import { BucketBackups } from '../../src/backup/bucket-store.ts';
import { createBackup } from '../../src/backup/create.ts';
import { restoreInto } from '../../src/backup/restore.ts';
import type { GcsLocation } from '../../src/config/location.ts';
import { gcsEmulator } from '../support/emulators.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inWorkspace, smallWorkspace } from './workspace.ts';

test('a backup goes to a bucket and comes back with the same digests; without its manifest it is none', async (context) => {
  const { url } = gcsEmulator(context);
  const outside = new Storage({ apiEndpoint: url, projectId: 'test' });
  const bucket = `backup-${process.pid}`;
  await outside.createBucket(bucket);
  const location: GcsLocation = {
    kind: 'gcs',
    bucket,
    prefix: 'workspaces/nba',
    endpoint: url,
    credentials: { keyFile: null, impersonate: null, accessTokenEnv: null },
    deadlineSeconds: 60,
  };
  const folder = await smallWorkspace();
  const scratch = join(folder, 'data', '.backup');
  const store = await BucketBackups.open(location, scratch);
  expect(await store.list()).toEqual([]);

  const { backup } = await inWorkspace(folder, (ctx) => createBackup(ctx, store, 'asked'));
  expect(await store.list()).toEqual([backup]);
  expect(readdirSync(join(folder, 'data'))).not.toContain('.backup');

  const into = join(temporaryFolder(), 'restored');
  const watch = { progress: () => undefined, signal: new AbortController().signal };
  expect((await restoreInto(store, backup, into, watch)).proof).toEqual({
    partitions: 9,
    rows: 36,
    digest: backup.digest,
  });

  await outside.bucket(bucket).file(`workspaces/nba/${backup.id}/manifest.json`).delete();
  expect(await store.list()).toEqual([]);
  await store.remove(backup.id);
  expect((await outside.bucket(bucket).getFiles())[0]).toEqual([]);
});
