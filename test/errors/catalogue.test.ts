import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ERRORS } from '../../src/error-catalogue/catalogue.ts';
import { EXIT } from '../../src/errors.ts';
import { errorsPage } from './errors-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'src');

/** The text of every file of the program but the catalogue, without comments. */
const files = (readdirSync(source, { recursive: true }) as string[])
  .filter((path) => path.endsWith('.ts') && !path.startsWith('error-catalogue'))
  .map((path) => ({
    path,
    text: readFileSync(join(source, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
  }));

/** `new HoopduckError('CODE', ...` with what follows it up to its exit code. */
const THROWN =
  /new HoopduckError\(\s*'([^']+)'((?:(?!new HoopduckError)[\s\S])*?exitCode: EXIT\.(\w+))?/g;
/** `code: 'CODE'` of failures and refusals that are values, beside a message. */
const RETURNED = /\bcode: '([A-Z][A-Z_]+)'/g;

test('every code that the program throws or returns is in the catalogue', () => {
  const used = files.flatMap(({ text }) => [
    ...[...text.matchAll(THROWN)].map((match) => match[1]!),
    ...[...text.matchAll(RETURNED)].map((match) => match[1]!),
  ]);
  expect(used.length).toBeGreaterThan(100);
  expect([...new Set(used)].filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
});

test('every code of the catalogue is used by the program', () => {
  const unused = Object.keys(ERRORS).filter(
    (code) => !files.some(({ text }) => text.includes(`'${code}'`)),
  );
  expect(unused).toEqual([]);
});

test('an error ends the program with an exit code that the catalogue gives it', () => {
  const wrong = files.flatMap(({ path, text }) =>
    [...text.matchAll(THROWN)]
      .filter(([, code, , exit]) => {
        const entry = ERRORS[code as keyof typeof ERRORS];
        return exit !== undefined && !entry?.exit.includes(EXIT[exit as keyof typeof EXIT]);
      })
      .map(([, code, , exit]) => `${path}: ${code} with EXIT.${exit}`),
  );
  expect(wrong).toEqual([]);
});

test('every code is explained in whole sentences', () => {
  const fragments = Object.entries(ERRORS).flatMap(([code, { means, cause, next }]) =>
    [means, cause, next].filter((text) => !/^["A-Z].*[.)]$/.test(text)).map((text) => [code, text]),
  );
  expect(fragments).toEqual([]);
});

test('docs/errors.md is what the catalogue says', () => {
  const page = join(root, 'docs', 'errors.md');
  if (process.env['HOOPDUCK_WRITE_DOCS'] === '1') writeFileSync(page, errorsPage());
  expect(readFileSync(page, 'utf8')).toBe(errorsPage());
});
