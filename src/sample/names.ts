import type { Random } from './random.ts';

const FIRST =
  'Abel Alonzo Amari Andre Anton Ariel Bastian Beckett Benoit Brennan Cale Camden Cassius Cedric Cole Corbin Cyrus Dante Darnell Dashiell Davis Deshawn Dorian Easton Eero Elias Emeka Ezra Fabian Felix Finn Garrick Gideon Grady Hakeem Harlan Hugo Idris Imran Isaiah Jabari Jalen Jarek Javon Jaylen Jerome Joaquin Jonas Kadeem Kai Kellan Keon Kofi Lamar Langston Leif Lionel Lorenzo Luca Malik Marcus Marlon Mateo Micah Milo Nasir Nico Nolan Obi Omari Orlando Otis Pierce Quentin Rafael Rashad Reese Rohan Roman Sekou Silas Soren Tariq Terrell Theo Tobias Tyrese Ulises Vaughn Viktor Wendell Xavier Yannick Zaire Zeke'.split(
    ' ',
  );

const LAST =
  'Abernathy Adeyemi Alcott Ansley Arquette Ashworth Averill Balogun Bancroft Barlowe Bellweather Bexley Birchwood Blackmore Bramwell Brightman Calloway Carrington Castellan Chukwu Claybourne Coldwell Covington-Hale Crestwell Dalrymple Danforth Davenport Delacroix Dembele-Ross Devereux Drayton Dunmore Eastlake Eddington Ellsworth Fairbanks Fallow Farrington Fenwick Fontaine Forsythe Galbraith Garroway Gladstone Goodfellow Greenhalgh Grimshaw Hadley Halloran Hargrove Hartwell Hawksworth Hendry Holloway Huxley Ingram Ironside Jessup Kendrick Kingsley Kirkwood Lachlan Lancaster Langdon Larkspur Lattimore Lockhart Lovelace Mabry Maddox Mandeville Marchetti Marlowe Merriweather Middleton-Cole Montague Moorland Nakamura Nightingale Norwood Oakley Okonjo Osgood Pemberton Penhallow Pettigrew Prescott Quarles Radcliffe Ramsey Ravenel Redfern Rockwell Rutherford Sackville Sandoval Sedgwick Selwyn Shackleford Sinclair Somerset Stanhope Sterling Stockdale Sutherland Swinton Tallmadge Tarrant Thackeray Thornbury Tillman Tremaine Underhill Upton Vanterpool Varga Wainwright Wakefield Warrick Weatherby Whitlock Winslow Wolcott Woodruff Yardley Yeoman Zeller'.split(
    ' ',
  );

/** Names whose marks and letters the lookup rule has to fold (SPEC 2, quirk 3). */
const ACCENTED = [
  'Tomás Vrbić',
  'Nikola Đurović',
  'Łukasz Wiśniak',
  'Søren Bjørklund',
  'José Ibáñez',
  'Jürgen Größe',
  'Émile Béranger',
  'Matej Šćepan',
  'Kristaps Ozoliņš',
  'Arda Kılıç',
];

const SUFFIXES = [' Jr.', ' III', ' II', ' Jr.', ' IV'];

/** Makes invented players' names, each once and still distinct without its suffix. */
export class NameMaker {
  readonly #random: Random;
  readonly #taken = new Set<string>();
  #accented = 0;
  #made = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next name; about one in eleven has a suffix, one in thirty needs folding. */
  next(): string {
    this.#made++;
    if (this.#made % 30 === 12 && this.#accented < ACCENTED.length) {
      return ACCENTED[this.#accented++]!;
    }
    for (;;) {
      const name = `${this.#random.pick(FIRST)} ${this.#random.pick(LAST)}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return this.#made % 11 === 4 ? `${name}${this.#random.pick(SUFFIXES)}` : name;
    }
  }
}

const FOLDED: Readonly<Record<string, string>> = {
  đ: 'd',
  ø: 'o',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  ı: 'i',
};

/** The key that a careful source writes for a name. */
export function sampleLookup(name: string): string {
  return name
    .toLowerCase()
    .replace(/[đøłßæı]/g, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '');
}

/** The name as a source writes it that drops suffixes. */
export function withoutSuffix(name: string): string {
  return name.replace(/ (Jr\.|II|III|IV)$/, '');
}
