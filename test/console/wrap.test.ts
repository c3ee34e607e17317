import { expect, test } from 'vitest';
import { createStyle, plainStyle } from '../../src/console/style.ts';
import { labelled, wrap } from '../../src/console/wrap.ts';

const narrow = { ...plainStyle, width: 20 };

test('a line is broken at spaces, and what follows is indented', () => {
  expect(wrap('one two three four five six', 2, narrow)).toBe('one two three four\n  five six');
  expect(wrap('    one two three four', 4, narrow)).toBe('    one two three\n    four');
});

test('a word that is longer than the terminal stays whole, and so does every line in a pipe', () => {
  expect(wrap('nba_analytics.player_game_summary is red', 2, narrow)).toBe(
    'nba_analytics.player_game_summary\n  is red',
  );
  expect(wrap('one two three four five six', 2, plainStyle)).toBe('one two three four five six');
});

test('colours take no room', () => {
  const colored = createStyle(true, 20);
  expect(labelled('Push', 'one two three four', 4, colored)).toBe(
    '\u001b[1mPush\u001b[22m one two three\n     four',
  );
});
