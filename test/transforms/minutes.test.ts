import { expect, test } from 'vitest';
import { parseMinutes } from '../../src/transforms/minutes.ts';

test.each([
  ['24:30', 24.5],
  ['36:00', 36],
  ['0:00', 0],
  ['265:00', 265],
  ['12:60', 13],
  ['12:20', 12.333333333],
  ['31', 31],
  ['31.25', 31.25],
  [' 5:06 ', 5.1],
])('%s is %d minutes', (text, minutes) => {
  expect(parseMinutes(text)).toEqual({ minutes, readable: true });
});

test.each(['', ' ', '-', 'null', 'NULL'])('"%s" is no minutes, and that is known', (text) => {
  expect(parseMinutes(text)).toEqual({ minutes: null, readable: true });
});

test.each(['PT36M', '12:61', '36:5', '1:2:3', '-5', '12:5.5', '12 min', 'nan', '1e1'])(
  '"%s" cannot be read',
  (text) => {
    expect(parseMinutes(text)).toEqual({ minutes: null, readable: false });
  },
);
