import { expect, test } from 'vitest';
import { programText } from '../../src/pipeline/program.ts';
import { VERSION } from '../../src/version.ts';

test('the program is its version and a digest of its files, the same each time', () => {
  const text = programText();
  expect(text.slice(0, VERSION.length)).toBe(VERSION);
  expect(text.slice(VERSION.length)).toMatch(/^ \([0-9a-f]{12}\)$/);
  expect(programText()).toBe(text);
});
