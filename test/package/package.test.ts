import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, inject, test } from 'vitest';
import { installedPackages, licencesPage } from '../../scripts/licences.mjs';
import { ROOT } from '../docs/pages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

/** A folder with what is packed: our files and the compiled program. */
function packageFolder(): string {
  const folder = join(temporaryFolder(), 'hoopduck');
  mkdirSync(folder);
  cpSync(dirname(inject('cli')), join(folder, 'dist'), { recursive: true });
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'SECURITY.md',
    'docs',
    'test',
    'scripts',
  ]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  return folder;
}

interface Packed {
  readonly files: readonly { readonly path: string; readonly mode: number }[];
  readonly unpackedSize: number;
}

test('the package holds the program, its types and its pages, and no test, no data and no link', () => {
  const folder = packageFolder();
  const { stdout } = spawnSync(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  const [{ files, unpackedSize }] = JSON.parse(stdout) as [Packed];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'dist/cli.js',
      'dist/index.js',
      'dist/index.d.ts',
      'docs/README.md',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'SECURITY.md',
      'package.json',
    ]),
  );
  expect([...new Set(paths.map((path) => path.split('/')[0]))].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist',
    'docs',
    'package.json',
  ]);
  expect(
    paths.filter((path) =>
      /\.(test|parquet|duckdb|onnx|tsbuildinfo|env|pem|key)\b|(^|\/)\.|(?<!\.d)\.ts$/.test(path),
    ),
  ).toEqual([]);
  expect(unpackedSize).toBeLessThan(20_000_000);
});

test('what is packed passes publint, warnings too', async () => {
  const folder = packageFolder();
  const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
});

test('a strict program in TypeScript finds the types of what is packed', () => {
  const folder = packageFolder();
  const user = dirname(folder);
  mkdirSync(join(user, 'node_modules'));
  symlinkSync(folder, join(user, 'node_modules', 'hoopduck'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(user, 'package.json'), '{"type": "module"}');
  writeFileSync(
    join(user, 'use.ts'),
    `import * as hoopduck from 'hoopduck';
export const names: readonly (keyof typeof hoopduck)[] = Object.keys(hoopduck) as (keyof typeof hoopduck)[];
// @ts-expect-error: nothing of that name is there, which is known because the types are
export const wrong = hoopduck.nothingOfThatName;
`,
  );
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules', '@types'),
  ];
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, 'use.ts'], {
    cwd: user,
    encoding: 'utf8',
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});

test('every licence of what is installed is one that is known to fit, and listed', () => {
  const known = [
    'MIT',
    'ISC',
    'Apache-2.0',
    'BSD-3-Clause',
    'BSD-2-Clause',
    'BlueOak-1.0.0',
    'Unlicense',
    '0BSD',
    '(MIT OR CC0-1.0)',
  ];
  expect(installedPackages(lock).filter(({ licence }) => !known.includes(licence))).toEqual([]);
  expect(readFileSync(join(ROOT, 'docs', 'licences.md'), 'utf8')).toBe(licencesPage(lock));
});

test('the packages that run a script at install are those that docs/dependencies.md explains', () => {
  const scripts = installedPackages(lock).filter(({ hasInstallScript }) => hasInstallScript);
  expect(scripts.map(({ name }) => name)).toEqual([
    'core-js',
    'koffi',
    'onnxruntime-node',
    'protobufjs',
  ]);
});

test('the lock file names no registry, and proves every package by its digest', () => {
  const packages = Object.entries(
    lock.packages as Record<string, { resolved?: string; integrity?: string }>,
  );
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(
    packages
      .filter(([path, { integrity }]) => path !== '' && !integrity?.startsWith('sha512-'))
      .map(([path]) => path),
  ).toEqual([]);
});
