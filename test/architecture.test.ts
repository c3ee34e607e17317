import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../src', import.meta.url));

/** Every source file by its path under src/, with slashes. */
const files = new Map(
  (readdirSync(root, { recursive: true }) as string[])
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .sort()
    .map((path) => [path.split(sep).join('/'), readFileSync(join(root, path), 'utf8')]),
);

const STATIC = /^(?:import|export)\s[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;
const DYNAMIC =
  /\b(?:import|require(?:\.resolve)?|createRequire\([^)]*\)(?:\.resolve)?)\s*\(\s*'([^']+)'\s*\)/g;

/** What a file imports: `src` paths of our own files, names of packages. Comments do not count. */
function importsOf(path: string): { own: string[]; packages: string[] } {
  const text = withoutComments(files.get(path)!);
  const own: string[] = [];
  const packages: string[] = [];
  for (const match of [...text.matchAll(STATIC), ...text.matchAll(DYNAMIC)]) {
    const target = match[1] ?? match[2]!;
    if (target.startsWith('.')) own.push(resolved(path, target));
    else packages.push(target);
  }
  return { own, packages };
}

function resolved(path: string, target: string): string {
  return normalize(join(dirname(path), target))
    .split(sep)
    .join('/');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function room(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '.';
}

/** Lines `file -> target` of every import that a rule forbids. */
function forbidden(rule: (file: string, target: string, own: boolean) => boolean): string[] {
  return [...files.keys()].flatMap((file) => {
    const { own, packages } = importsOf(file);
    return [
      ...own.filter((target) => rule(file, target, true)),
      ...packages.filter((target) => rule(file, target, false)),
    ].map((target) => `${file} -> ${target}`);
  });
}

/** Files outside `allowed` whose code holds the pattern. */
function mentions(pattern: RegExp, allowed: (file: string) => boolean): string[] {
  return [...files.keys()].filter(
    (file) => !allowed(file) && pattern.test(withoutComments(files.get(file)!)),
  );
}

const STAGES = [
  'sync',
  'transforms',
  'validate',
  'train',
  'push',
  'compare',
  'sample',
  'report',
  'notify',
];

/** Rooms from the top down; a room may import rooms below its own level, never beside or above. */
const LEVELS: readonly (readonly string[])[] = [
  ['cli.ts', 'index.ts'],
  ['commands'],
  ['verify'],
  ['gc'],
  ['reproduce'],
  ['pipeline'],
  ['workspace.ts'],
  STAGES,
  ['backup'],
  ['ledger', 'warehouse'],
  ['replica'],
  ['console'],
  ['context.ts'],
  ['config'],
  ['errors.ts', 'format.ts', 'redact.ts', 'text-width.ts', 'unexpected.ts', 'version.ts'],
  ['error-catalogue'],
  ['exit-codes.ts'],
];

function level(path: string): number {
  const name = room(path) === '.' ? path : room(path);
  return LEVELS.findIndex((names) => names.includes(name));
}

test('the scanner sees imports in all their forms', () => {
  expect(importsOf('cli.ts').own).toContain('commands/query.ts');
  expect(importsOf('console/progress.ts').own).toContain('format.ts');
  expect(importsOf('config/yaml-source.ts').packages).toContain('yaml');
});

test('every file has its place in the levels', () => {
  expect([...files.keys()].filter((path) => level(path) === -1)).toEqual([]);
});

test('no stage imports another stage', () => {
  expect(
    forbidden(
      (file, target, own) =>
        own &&
        STAGES.includes(room(file)) &&
        STAGES.includes(room(target)) &&
        room(file) !== room(target),
    ),
  ).toEqual([]);
});

test('no stage knows the console: it speaks through the reporter', () => {
  expect(
    forbidden(
      (file, target, own) => own && STAGES.includes(room(file)) && room(target) === 'console',
    ),
  ).toEqual([]);
});

test('arrows run down only', () => {
  // A type says what is handed over, not how it works: context.ts names the replica it carries.
  const carried = ['context.ts -> replica/replica.ts'];
  const upward = forbidden(
    (file, target, own) =>
      own && level(target) <= level(file) && room(target) !== room(file) && target !== file,
  );
  expect(upward.filter((arrow) => !carried.includes(arrow))).toEqual([]);
});

test('only warehouse/bigquery, warehouse/gcs and warehouse/google know Google', () => {
  expect(
    forbidden(
      (file, target, own) =>
        !own &&
        /^(@google-cloud|google-|apache-arrow)/.test(target) &&
        !/^warehouse\/(bigquery|gcs|google)\//.test(file),
    ),
  ).toEqual([]);
});

test('only train/engines knows the libraries of XGBoost', () => {
  expect(
    forbidden(
      (file, target, own) =>
        !own && /^(ml-xgboost|koffi)(\/|$)/.test(target) && !file.startsWith('train/engines/'),
    ),
  ).toEqual([]);
});

test('only console writes to the terminal', () => {
  const terminal = /\bprocess\.(stdout|stderr)\b|\bconsole\.(log|error|warn|info|debug)\s*\(/;
  expect(mentions(terminal, (file) => file.startsWith('console/'))).toEqual([]);
});

test('only the command line ends the process', () => {
  expect(mentions(/\bprocess\.exit\b/, (file) => file.startsWith('commands/'))).toEqual([]);
});

test('identifiers become SQL text in one place', () => {
  const quoting = /replace(All)?\(\s*(['"]"['"]|\/"\/g)\s*,\s*['"]""['"]\s*\)/;
  expect(
    mentions(quoting, (file) => ['replica/identifiers.ts', 'console/csv.ts'].includes(file)),
  ).toEqual([]);
});

test('each table of the ledger is written where its story is told', () => {
  const writers: Readonly<Record<string, readonly string[]>> = {
    partition: ['ledger', 'sync', 'train', 'transforms'],
    run: ['ledger'],
    stage: ['ledger'],
    forced: ['ledger'],
    check_result: ['validate'],
    check_history: ['validate'],
    model: ['train'],
    model_alias: ['train'],
    model_build: ['transforms'],
    model_input: ['transforms'],
    push: ['push'],
    push_step: ['push'],
    pushed: ['push'],
    push_target: ['push'],
    kept_input: ['sync'],
    run_record: ['pipeline'],
    notification: ['notify'],
    run_partition: ['pipeline'],
  };
  for (const [table, rooms] of Object.entries(writers)) {
    const write = new RegExp(`\\b(INSERT INTO|UPDATE|DELETE FROM)\\s+hoopduck\\.${table}\\b`);
    expect(mentions(write, (file) => rooms.includes(room(file)))).toEqual([]);
  }
});

test('content depends on no chance and no clock', () => {
  expect(mentions(/\bMath\.random\s*\(/, () => false)).toEqual([]);
  expect(mentions(/\bDate\.now\s*\(/, () => false)).toEqual([]);
});

test('nothing heavy is imported for --help', () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file) || !files.has(file)) return;
    seen.add(file);
    const text = withoutComments(files.get(file)!).replace(/^import type [^;]*;/gm, '');
    for (const match of text.matchAll(STATIC)) {
      const target = match[1] ?? match[2]!;
      if (target.startsWith('.')) visit(resolved(file, target));
      else if (!target.startsWith('node:')) packages.add(target);
    }
  };
  visit('cli.ts');
  expect([...packages].sort()).toEqual(['commander', 'picocolors']);
});
