import { expect, test } from 'vitest';
import { csvRecord } from '../../src/console/csv.ts';
import { createStyle, plainStyle, wantsColor } from '../../src/console/style.ts';
import { table } from '../../src/console/table.ts';
import { bytes, count, duration, plural } from '../../src/format.ts';
import { fitWidth, textWidth } from '../../src/text-width.ts';

test('the width of a text is what a terminal gives it', () => {
  expect(textWidth('Dončić')).toBe(6);
  expect(textWidth('Doncˇic´'.normalize('NFD'))).toBe(8);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('選手')).toBe(4);
  expect(textWidth('🏀')).toBe(2);
  expect(textWidth('\u001b[31mred\u001b[39m')).toBe(3);
});

test('a text that is too wide is cut with an ellipsis', () => {
  expect(fitWidth('abcdef', 6)).toBe('abcdef');
  expect(fitWidth('abcdefg', 6)).toBe('abcde…');
  expect(fitWidth('選手選手', 6)).toBe('選手…');
});

test('a table lines its columns up, numbers to the right', () => {
  const columns = [
    { title: 'player', maxWidth: 8 },
    { title: 'n', align: 'right' as const },
  ];
  const rows = [
    ['Dončić', '7'],
    ['選手', '1,204'],
    ['a very long name', '3'],
  ];
  expect(table(columns, rows, plainStyle)).toBe(
    ['player        n', 'Dončić        7', '選手      1,204', 'a very …      3'].join('\n'),
  );
});

test('colours do not move columns', () => {
  const style = createStyle(true);
  const text = table(
    [{ title: 'a' }, { title: 'b' }],
    [
      [style.red('x'), 'y'],
      ['long', 'z'],
    ],
    style,
  );
  expect(text.split('\n')[1]).toBe('\u001b[31mx\u001b[39m     y');
});

test('counts, durations, sizes and plurals read well', () => {
  expect([0, 999, 1000, 266407].map(count)).toEqual(['0', '999', '1,000', '266,407']);
  expect([0.04, 9.94, 9.96, 59.6, 185, 3720].map(duration)).toEqual([
    '0.0 s',
    '9.9 s',
    '10 s',
    '1 min 00 s',
    '3 min 05 s',
    '1 h 02 min',
  ]);
  expect([12, 1500, 1.5e9].map(bytes)).toEqual(['12 B', '1.5 kB', '1.5 GB']);
  expect([plural(1, 'date'), plural(2, 'date')]).toEqual(['1 date', '2 dates']);
});

test('colour is for terminals, unless it is refused or forced', () => {
  expect(wantsColor({}, true, true)).toBe(true);
  expect(wantsColor({}, true, false)).toBe(false);
  expect(wantsColor({ NO_COLOR: '1' }, true, true)).toBe(false);
  expect(wantsColor({ NO_COLOR: '', TERM: 'xterm' }, true, true)).toBe(true);
  expect(wantsColor({ FORCE_COLOR: '1' }, true, false)).toBe(true);
  expect(wantsColor({ FORCE_COLOR: '0' }, true, true)).toBe(false);
  expect(wantsColor({ FORCE_COLOR: '1' }, false, true)).toBe(false);
  expect(wantsColor({ TERM: 'dumb' }, true, true)).toBe(false);
});

test('a CSV record follows RFC 4180, and an empty text is told from NULL', () => {
  expect(csvRecord(['a', 'b,c', 'say "x"', 'two\nlines', '', null, ' pad'])).toBe(
    'a,"b,c","say ""x""","two\nlines","",," pad"\r\n',
  );
});
