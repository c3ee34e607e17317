import { expect, test } from 'vitest';
import { baseLookup, playerLookup, splitPrefix } from '../../src/transforms/player-lookup.ts';

test.each([
  ['Luka Dončić', 'lukadoncic'],
  ['Karl-Anthony Towns Junior', 'karlanthonytownsjr'],
  ['Ｎikola Đurišić', 'nikoladurisic'],
  ['Gary Payton Senior ', 'garypaytonsr'],
  ['Junior Robinson', 'juniorrobinson'],
  ["De'Aaron Fox", 'deaaronfox'],
  ['Đorđe', 'dorde'],
  ['Bjørn Ødegård', 'bjornodegard'],
  ['Łukasz', 'lukasz'],
  ['Weiß STRAẞE', 'weissstrasse'],
  ['Æsir æsc', 'aesiraesc'],
  ['Ersan İlyasova', 'ersanilyasova'],
  ['Cedı Osman', 'cediosman'],
  ['Ǿrsted', 'orsted'],
  ['Jimmy Butler III', 'jimmybutleriii'],
])('the lookup of %s is %s', (name, lookup) => {
  expect(playerLookup(name)).toBe(lookup);
});

test('a numeric prefix is the nba_player_id and no part of the name', () => {
  expect(splitPrefix('203994jusufnurkic')).toEqual({ lookup: 'jusufnurkic', playerId: 203994 });
  expect(splitPrefix('jusufnurkic')).toEqual({ lookup: 'jusufnurkic', playerId: null });
  expect(splitPrefix('203994')).toEqual({ lookup: '203994', playerId: null });
  expect(splitPrefix('9007199254740993x')).toEqual({ lookup: '9007199254740993x', playerId: null });
});

test('jr, sr, ii, iii and iv at the end are no part of the base name', () => {
  const names = [
    'garytrentjr',
    'garypaytonsr',
    'garypaytonii',
    'jimmybutleriii',
    'robertwilliamsiv',
  ];
  expect(names.map(baseLookup)).toEqual([
    'garytrent',
    'garypayton',
    'garypayton',
    'jimmybutler',
    'robertwilliams',
  ]);
  expect(baseLookup('jrsmith')).toBe('jrsmith');
});
