import { expect, test } from 'vitest';
import { bar } from '../../src/console/bar.ts';
import { sparkOf } from '../../src/console/spark.ts';
import { wantsUnicode } from '../../src/console/style.ts';

const unicode = { unicode: true };
const ascii = { unicode: false };

test('a bar is as long as its share, in eighths of a block, and holds within its width', () => {
  expect(bar(0.5, 4, unicode)).toBe('██');
  expect(bar(0.28125, 4, unicode)).toBe('█▏');
  expect(bar(7, 4, unicode)).toBe('████');
  expect(bar(-1, 4, unicode)).toBe('');
  expect(bar(0.5, 4, ascii)).toBe('##');
});

test('a spark is full only where nothing is missing, and tells nothing wanted from nothing there', () => {
  const shares = [null, 0, 0.001, 0.5, 0.999, 1, 1.2];
  expect(shares.map((share) => sparkOf(share, unicode)).join('')).toBe('·×▁▃▅▇▇');
  expect(shares.map((share) => sparkOf(share, ascii)).join('')).toBe('.x059##');
});

test('blocks are for locales of UTF-8: LC_ALL outranks LC_CTYPE outranks LANG', () => {
  expect(wantsUnicode({ LANG: 'en_GB.UTF-8' })).toBe(true);
  expect(wantsUnicode({ LANG: 'en_GB.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(wantsUnicode({ LC_ALL: '', LC_CTYPE: 'C.utf8' })).toBe(true);
  expect(wantsUnicode({ LANG: 'en_GB.UTF-8', TERM: 'linux' })).toBe(false);
  expect(wantsUnicode({})).toBe(false);
});
