import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';

// As it is installed: below the packages that are not in the bundle, with package.json above dist/.
const home = join(dirname(dirname(dirname(inject('cli')))), `hoopduck-bundle-${process.pid}`);
const cli = join(home, 'dist', 'cli.js');

beforeAll(async () => {
  mkdirSync(home, { recursive: true });
  cpSync(dirname(inject('cli')), join(home, 'dist'), { recursive: true });
  cpSync(join(dirname(dirname(inject('cli'))), 'package.json'), join(home, 'package.json'));
  // @ts-expect-error A script of the build has no types.
  const { bundle } = await import('../../scripts/bundle.mjs');
  await bundle(join(home, 'dist'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function hoopduck(...args: string[]): string {
  return execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: home });
}

test('the bundled command line prints the same help as the modules do', () => {
  const modules = execFileSync(process.execPath, [inject('cli'), '--help'], { encoding: 'utf8' });
  expect(hoopduck('--help')).toBe(modules);
});

test('help reads at most six files of the program, and no package', () => {
  const { own, packages } = readAtStart();
  expect(own.length).toBeLessThanOrEqual(6);
  expect(packages).toEqual([]);
});

test('what lies beside the bundle is found: the models, the schema of the ledger, the client of DuckDB', async () => {
  mkdirSync(join(home, 'warehouse'));
  hoopduck('init', 'league', '--warehouse', 'warehouse');
  expect(JSON.parse(hoopduck('-C', 'league', 'graph', 'player_daily_cache', '--json')).ok).toBe(
    true,
  );
  const replica = await Replica.open(join(home, 'league', 'data', 'replica.duckdb'));
  replica.close();
  const sql = "SELECT DATE '2024-01-02' AS d, CAST(1.5 AS DECIMAL(5, 2)) AS n";
  expect(JSON.parse(hoopduck('-C', 'league', 'query', sql, '--json')).rows).toEqual([
    { d: '2024-01-02', n: '1.50' },
  ]);
  expect(JSON.parse(hoopduck('-C', 'league', 'status', '--json')).runs).toEqual([]);
});

test('each package in the bundle has its licence beside it', () => {
  const text = readFileSync(join(home, 'dist', 'bundle', 'LICENSES.txt'), 'utf8');
  for (const name of ['@duckdb/node-api', 'commander', 'yaml', 'zod']) expect(text).toContain(name);
  expect(text.match(/Permission (is hereby granted|to use)/g)!.length).toBe(6);
});

test('each file of code has its source map', () => {
  const files = readdirSync(join(home, 'dist', 'bundle'));
  const bare = files.filter((file) => file.endsWith('.js') && !files.includes(`${file}.map`));
  // What remains without one passes exports on, or is the bundler's own.
  const ours = bare.filter((file) => {
    const text = readFileSync(join(home, 'dist', 'bundle', file), 'utf8');
    return text.includes('//#region src/');
  });
  expect(ours).toEqual([]);
});

/** The files that a start reads, and the packages that it looks for, by the static imports of the bundle. */
function readAtStart(): { own: string[]; packages: string[] } {
  const own = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (own.has(file)) return;
    own.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, target] of text.matchAll(/^(?:import|export) (?:[^;]*? from )?"([^"]+)";/gm)) {
      if (target!.startsWith('.')) visit(join(dirname(file), target!));
      else if (!target!.startsWith('node:')) packages.add(target!);
    }
  };
  visit(join(home, 'dist', 'bundle', 'cli.js'));
  return { own: [...own], packages: [...packages] };
}
