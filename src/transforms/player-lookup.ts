/** Letters that NFD does not take apart, and what they count as. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['đ', 'd'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['ı', 'i'],
]);

/**
 * The name by which a player is found in every source (SPEC, section 2, quirk 3): NFKC, letters that
 * have no decomposition, NFD without marks, lower case, `junior` and `senior` shortened, a-z and 0-9.
 * Letters are looked at after the marks are gone, so that an accented ǿ is an o too.
 */
export function playerLookup(name: string): string {
  const bare = name.normalize('NFKC').toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return [...bare]
    .map((letter) => LETTERS.get(letter) ?? letter)
    .join('')
    .trim()
    .replace(/ junior$/, ' jr')
    .replace(/ senior$/, ' sr')
    .replace(/[^a-z0-9]/g, '');
}

/**
 * The lookup without the numeric prefix that play-by-play carries from 2024-10, and that prefix. More
 * than 15 digits are no id: they would not be exact as a number.
 */
export function splitPrefix(lookup: string): { lookup: string; playerId: number | null } {
  const match = /^(\d{1,15})([a-z].*)$/.exec(lookup);
  if (match === null) return { lookup, playerId: null };
  return { lookup: match[2]!, playerId: Number(match[1]) };
}

const SUFFIXES: ReadonlySet<string> = new Set(['jr', 'sr', 'ii', 'iii', 'iv']);

/**
 * The lookup without jr, sr, ii, iii or iv at its end: the name that sources agree on. Where the text
 * has words the last word decides, because `Tyrese Adeyemi II` and a name that ends in `iii` are the
 * same letters once they are run together; a text without spaces loses the longest suffix that fits.
 */
export function baseLookup(text: string): string {
  const words = text.trim().split(/\s+/u);
  if (words.length === 1)
    return splitPrefix(playerLookup(text)).lookup.replace(/(jr|sr|iii|ii|iv)$/, '');
  const last = playerLookup(
    ` ${words.at(-1)!}`.replace(/^ junior$/i, 'jr').replace(/^ senior$/i, 'sr'),
  );
  return playerLookup(SUFFIXES.has(last) ? words.slice(0, -1).join(' ') : text);
}
