import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { runWorkspace } from '../pipeline/support/league.ts';
import { hoopduck } from '../support/cli.ts';
import { ROOT } from './pages.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** The fields of a section by their paths, each with the section that its type leads to. */
type Fields = ReadonlyMap<string, { readonly type: string; readonly section: string | null }>;

const page = readFileSync(join(ROOT, 'docs', 'reference', 'json.md'), 'utf8');
const sections = readSections();
let workspace: string;

beforeAll(async () => {
  workspace = await runWorkspace(lastingFolder());
});

function readSections(): Map<string, Fields> {
  const found = new Map<string, Fields>();
  for (const part of page.split(/^## /m).slice(1)) {
    const fields = new Map<string, { type: string; section: string | null }>();
    for (const [, names, type] of part.matchAll(/^\| (`[^|]*`) \| ([^|]+) \|/gm)) {
      const section = /\]\(#([\w-]+)\)/.exec(type!)?.[1] ?? null;
      for (const [, path] of names!.matchAll(/`([^`]+)`/g))
        fields.set(path!, { type: type!, section });
    }
    found.set(part.slice(0, part.indexOf('\n')).toLowerCase().replaceAll(' ', '-'), fields);
  }
  return found;
}

/** Paths of a value that its sections do not have. */
function undocumented(value: unknown, fields: Fields, path = ''): string[] {
  const known = fieldAt(fields, path);
  if (known?.section != null) {
    return value === null
      ? []
      : undocumented(value, sections.get(known.section)!).map((inner) => `${path}.${inner}`);
  }
  if (known?.type.startsWith('object') === true) return [];
  if (Array.isArray(value)) {
    return value.flatMap((each) => undocumented(each, fields, `${path}[]`));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) =>
      undocumented(each, fields, path === '' ? key : `${path}.${key}`),
    );
  }
  if (known !== undefined) return [];
  const above = [...fields.keys()].some((name) => matches(name, path, true));
  return value === null && above ? [] : [path];
}

function fieldAt(fields: Fields, path: string) {
  const name = [...fields.keys()].find((each) => matches(each, path, false));
  return name === undefined ? undefined : fields.get(name);
}

/** Whether a documented path, `*` standing for any name, is this path, or with `beyond` one below it. */
function matches(documented: string, path: string, beyond: boolean): boolean {
  const source = documented.replaceAll(/[.[\]]/g, '\\$&').replaceAll('*', '[^.]+');
  if (!beyond) return new RegExp(`^${source}$`).test(path);
  return documented.startsWith(`${path}.`) || documented.startsWith(`${path}[]`);
}

/** Whether a documented path is not there, although all above it is: a list with elements, no null. */
function isAbsent(value: unknown, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined || value === null || value === undefined) return false;
  if (step === '*') return Object.values(value).some((inner) => isAbsent(inner, rest));
  const name = step.replace(/\[\]$/, '');
  if (!(name in (value as object))) return true;
  const inner = (value as Record<string, unknown>)[name];
  return (Array.isArray(inner) ? inner : [inner]).some((each) => isAbsent(each, rest));
}

const EVERY = 'every-document';

test.each([
  ['run', ['run', '--push'], ['run']],
  ['plan', ['plan'], ['plan']],
  ['validate', ['validate'], ['validate']],
  ['train', ['train'], ['train', 'training']],
  ['status', ['status'], ['status']],
  ['query', ['query', 'SELECT 1 AS a'], ['query']],
])('the document of %s has the fields of the page, and no others', (_, args, names) => {
  const { stdout } = hoopduck([...args, '--json'], { cwd: workspace });
  const document = JSON.parse(stdout) as Record<string, unknown>;
  const fields: Fields = new Map([EVERY, ...names].flatMap((name) => [...sections.get(name)!]));

  expect([...new Set(undocumented(document, fields))]).toEqual([]);
  expect([...fields.keys()].filter((path) => isAbsent(document, path.split('.')))).toEqual([]);
});

test('a failed command has the same frame', () => {
  const { stdout } = hoopduck(['query', 'SELEC 1', '--json'], { cwd: workspace });

  expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit_code: 2, command: 'query' });
  expect(undocumented(JSON.parse(stdout), sections.get(EVERY)!)).toEqual([]);
});
