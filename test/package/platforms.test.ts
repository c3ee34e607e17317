import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskFiles } from '../../src/warehouse/folder/files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('on Windows a folder is left as it is and a file goes to disk by a handle that may write', async () => {
  const real = Object.getOwnPropertyDescriptor(process, 'platform')!;
  onTestFinished(() => void Object.defineProperty(process, 'platform', real));
  Object.defineProperty(process, 'platform', { ...real, value: 'win32' });
  const folder = temporaryFolder();
  const file = join(folder, 'rows.parquet');
  writeFileSync(file, 'rows');
  mkdirSync(join(folder, 'table'));
  // What Windows refuses is refused here by a handle that may write to a folder.
  await expect(open(folder, 'r+')).rejects.toMatchObject({ code: 'EISDIR' });
  await diskFiles.sync(folder);
  await diskFiles.sync(file);
  expect(readFileSync(file, 'utf8')).toBe('rows');
});
