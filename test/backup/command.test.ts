import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  expect(json(['backup', '--check', '--from', from], folder)).toMatchObject({
    code: 0,
    document: { location: from, proof: { partitions: 9 } },
  });
  expect(json(['backup', '--from', from], folder)).toMatchObject({
    code: 2,
    document: { error: { code: 'USAGE' } },
  });
  rmSync(folder, { recursive: true });
  const found = json(['restore', '--from', from, '--into', 'again'], place);
  expect(found).toMatchObject({ code: 0, document: { files: 6, saved: null } });
  expect(json(['backup', '--list', '--to', from], join(place, 'again')).code).toBe(0);
});

test('without its replica a workspace is not backed up or verified as if it were empty', async () => {
  const folder = await smallWorkspace();
  hoopduck(['backup'], { cwd: folder });
  rmSync(join(folder, 'data', 'replica.duckdb'));
  for (const command of ['backup', 'verify']) {
    expect(json([command], folder)).toMatchObject({
      code: 2,
      document: { error: { code: 'REPLICA_MISSING' } },
    });
  }
  // Models are there: they are not replaced unasked, and what is replaced is kept.
  expect(json(['restore'], folder)).toMatchObject({ code: 4 });
  writeFileSync(join(folder, 'data', 'models', 'newer.json'), '{}');
  const { code, document } = json(['restore', '--replace'], folder);
  expect([code, document.saved]).toEqual([0, null]);
  expect(readdirSync(join(folder, document.kept_in, 'data', 'models')).sort()).toEqual([
    'newer.json',
    'points-1',
  ]);
});

test('a replica that cannot be opened any more is kept beside the one that is restored', async () => {
  const folder = await smallWorkspace();
  hoopduck(['backup'], { cwd: folder });
  writeFileSync(join(folder, 'data', 'replica.duckdb'), 'no database');
  const { code, document } = json(['restore', '--replace'], folder);
  expect(code).toBe(0);
  expect(readFileSync(join(folder, document.kept_in, 'data', 'replica.duckdb'), 'utf8')).toBe(
    'no database',
  );
  expect(json(['query', 'SELECT count(*) AS n FROM hoopduck.partition'], folder)).toMatchObject({
    document: { rows: [{ n: 9 }] },
  });
});
