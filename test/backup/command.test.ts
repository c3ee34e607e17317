import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { smallWorkspace } from './workspace.ts';

const json = (args: readonly string[], cwd: string) => {
  const { code, stdout } = hoopduck([...args, '--json'], { cwd });
  return { code, document: JSON.parse(stdout) };
};

test('backup, --list, --check, a lost workspace and --replace, on the command line', async () => {
  const folder = await smallWorkspace();
  expect(json(['backup', '--check'], folder)).toMatchObject({
    code: 1,
    document: { error: { code: 'BACKUP_NOT_CHECKED' } },
  });
  const made = json(['backup'], folder);
  expect(made).toMatchObject({
    code: 0,
    document: { backup: { why: 'asked', partitions: 9, rows: 36, files: 6 }, removed: [] },
  });
  const { id } = made.document.backup;
  expect(json(['backup', '--list'], folder).document.backups).toEqual([made.document.backup]);
  expect(json(['backup', '--check'], folder).document.proof).toEqual({
    partitions: 9,
    rows: 36,
    digest: made.document.backup.digest,
  });
  expect(readdirSync(join(folder, 'data'))).not.toContain('.checking');

  expect(json(['restore'], folder)).toMatchObject({
    code: 4,
    document: { error: { code: 'RESTORE_REFUSED' } },
  });
  const replaced = json(['restore', id, '--replace'], folder);
  expect(replaced).toMatchObject({ code: 0, document: { backup: id, files: 4 } });
  expect(json(['backup', '--list'], folder).document.backups).toMatchObject([
    { id, why: 'asked' },
    { id: replaced.document.saved, why: 'before restore' },
  ]);

  // The workspace is lost, and its backups are not.
  const place = temporaryFolder();
  const from = join(place, 'kept');
  hoopduck(['backup', '--to', from], { cwd: folder });
  rmSync(folder, { recursive: true });
  const found = json(['restore', '--from', from, '--into', 'again'], place);
  expect(found).toMatchObject({ code: 0, document: { files: 6, saved: null } });
  expect(json(['backup', '--list', '--to', from], join(place, 'again')).code).toBe(0);
});

test('a replica that cannot be opened any more is kept beside the one that is restored', async () => {
  const folder = await smallWorkspace();
  hoopduck(['backup'], { cwd: folder });
  writeFileSync(join(folder, 'data', 'replica.duckdb'), 'no database');
  const { code, stderr } = hoopduck(['restore', '--replace'], { cwd: folder });
  expect([code, stderr]).toEqual([0, expect.stringContaining('replica.duckdb.damaged')]);
  expect(json(['query', 'SELECT count(*) AS n FROM hoopduck.partition'], folder)).toMatchObject({
    document: { rows: [{ n: 9 }] },
  });
});
