// Puts Google's GoogleSQL parser (ZetaSQL compiled to WebAssembly, from the Python package "zetasql") into
// .emulators/googlesql. Only the file is used; pip is how it comes, and its digest is checked.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, '.emulators', 'googlesql');
const wasm = join('zetasql', 'wasi', 'zetasql.wasm');
const requirement =
  'zetasql==0.1.5 --hash=sha256:17fa5e5aa927fbb647c1812b08ee8ef8c5d36c8e2e83eaa4651d9bc4a8a462f8\n';

/** The parser's file, installed if it is not there; or what is missing, in words. */
export function installGoogleSqlParser() {
  const path = join(folder, wasm);
  if (existsSync(path)) return { path };
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0,
  );
  if (python === undefined) return { missing: 'no Python with pip was found' };
  mkdirSync(dirname(folder), { recursive: true });
  const scratch = mkdtempSync(join(dirname(folder), 'googlesql-'));
  try {
    const list = join(scratch, 'requirements.txt');
    writeFileSync(list, requirement);
    const target = join(scratch, 'target');
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--no-compile',
      '--only-binary',
      ':all:',
    ];
    const run = spawnSync(python, [...pip, '--require-hashes', '--target', target, '-r', list], {
      encoding: 'utf8',
    });
    if (run.status !== 0) return { missing: `pip could not install it: ${lastLine(run.stderr)}` };
    // Another process may have been first; its files are the same.
    if (!existsSync(path)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(target, folder);
    }
    return { path };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function lastLine(text) {
  return text.trim().split('\n').at(-1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = installGoogleSqlParser();
  console.log(found.path ?? found.missing);
  process.exit('path' in found ? 0 : 1);
}
