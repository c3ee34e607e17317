import { quoteLiteral } from '../../src/replica/identifiers.ts';
import type { Replica } from '../../src/replica/replica.ts';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ROWS = `SELECT DATE '2024-01-01' + CAST(i % 31 AS INTEGER) AS game_date, '00223' || lpad(CAST(i AS VARCHAR), 5, '0') AS game_id,
  'player' || (i % 40) AS player_lookup, CAST(i % 50 AS INTEGER) AS points, i / 7 AS plus_minus,
  TIMESTAMP '2024-01-20' + INTERVAL (i) MINUTE AS processed_at, i % 3 = 0 AS starter FROM range(600) AS r(i)`;

/** How Parquet may lay the same rows out: codecs, both page formats with their encodings, small row groups. */
const LAYOUTS = [
  'COMPRESSION snappy',
  'COMPRESSION uncompressed',
  'COMPRESSION zstd',
  'COMPRESSION gzip',
  'COMPRESSION lz4_raw',
  'COMPRESSION uncompressed, PARQUET_VERSION v2',
  'COMPRESSION snappy, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1',
  'COMPRESSION uncompressed, ROW_GROUP_SIZE 128',
];

/** Queries whose files are whole, and not what the table holds. */
export const STRANGE_ROWS: Readonly<Record<string, string>> = {
  'a struct for a number': `SELECT * REPLACE ({'a': points} AS points) FROM (${ROWS})`,
  'a list for a text': `SELECT * REPLACE ([player_lookup] AS player_lookup) FROM (${ROWS})`,
  'a map for a number': `SELECT * REPLACE (MAP {'a': points} AS points) FROM (${ROWS})`,
  'a struct for the date': `SELECT * REPLACE ({'a': game_date} AS game_date) FROM (${ROWS})`,
  'a list for the date': `SELECT * REPLACE ([game_date] AS game_date) FROM (${ROWS})`,
  'bytes for the date': `SELECT * REPLACE ('\\xFF\\x00'::BLOB AS game_date) FROM (${ROWS})`,
  'a number for the date': `SELECT * REPLACE (9223372036854775807 AS game_date) FROM (${ROWS})`,
  'bytes that are no text': `SELECT * REPLACE ('\\xFF\\xFE'::BLOB AS player_lookup) FROM (${ROWS})`,
  'text for a number': `SELECT * REPLACE ('many' AS points) FROM (${ROWS})`,
  'numbers beyond the column': `SELECT * REPLACE (1e300 AS points) FROM (${ROWS})`,
  'NaN and infinity for a number': `SELECT * REPLACE (CASE WHEN points % 2 = 0 THEN 'NaN' ELSE 'Infinity' END::DOUBLE AS points) FROM (${ROWS})`,
  'a text of 4 MB': `SELECT * REPLACE (repeat('x', 4000000) AS player_lookup) FROM (${ROWS}) LIMIT 3`,
  'nested 30 deep': `SELECT *, ${'{"a": '.repeat(30).replaceAll('"', "'")}1${'}'.repeat(30)} AS deep FROM (${ROWS})`,
  'two hundred columns': `SELECT *, ${Array.from({ length: 200 }, (_, i) => `i AS c${i}`).join(', ')} FROM (${ROWS}), (SELECT 1 AS i)`,
  'names with quotes, line ends and SQL': `SELECT *, 1 AS "a""b", 2 AS "x'); DROP TABLE nba_raw.nbac_schedule; --", 3 AS "new\nline", 4 AS "Dončić 🏀" FROM (${ROWS})`,
  'an empty name': `SELECT *, 1 AS " " FROM (${ROWS})`,
  'names that differ by case alone': `SELECT *, points AS "POINTS" FROM (${ROWS})`,
  'a column of our own name': `SELECT *, 'x' AS hoopduck_file, 'y' AS filename FROM (${ROWS})`,
  'dates at the ends of time': `SELECT * REPLACE (CASE WHEN points = 0 THEN DATE '5881580-07-10' WHEN points = 1 THEN DATE '-290307-01-01' ELSE game_date END AS game_date) FROM (${ROWS})`,
  'no rows': `SELECT * FROM (${ROWS}) LIMIT 0`,
  'no date column': `SELECT * EXCLUDE (game_date) FROM (${ROWS})`,
};

/** Writes the rows of a query as a Parquet file. */
export async function writeParquet(
  replica: Replica,
  sql: string,
  path: string,
  layout = LAYOUTS[0],
) {
  await replica.run(`COPY (${sql}) TO ${quoteLiteral(path)} (FORMAT parquet, ${layout})`);
}

/** The same rows in every layout, as files below a path. */
export async function writeLayouts(replica: Replica, below: string): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, layout] of LAYOUTS.entries()) {
    const path = `${below}-${i}.parquet`;
    await writeParquet(replica, ROWS, path, layout);
    paths.push(path);
  }
  return paths;
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

interface Mutation {
  readonly name: string;
  readonly of: (file: Buffer, random: () => number) => Buffer;
}

const below = (random: () => number, n: number) => Math.floor(random() * n);

/** Where the footer begins: its length stands before the last magic number. */
const footerOf = (file: Buffer) =>
  Math.max(0, file.length - 8 - file.readUInt32LE(file.length - 8));

function changed(file: Buffer, at: number, value: (old: number) => number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = value(copy[at]!);
  return copy;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'bits flipped anywhere',
    of: (file, random) => {
      let copy = file;
      for (let n = 1 + below(random, 8); n > 0; n--) {
        const bit = 1 << below(random, 8);
        copy = changed(copy, below(random, copy.length), (old) => old ^ bit);
      }
      return copy;
    },
  },
  {
    name: 'a bit flipped in the footer',
    of: (file, random) => {
      const start = footerOf(file);
      const bit = 1 << below(random, 8);
      return changed(file, start + below(random, file.length - start), (old) => old ^ bit);
    },
  },
  {
    name: 'bytes of the footer set to extremes',
    of: (file, random) => {
      const start = footerOf(file);
      let copy = file;
      for (let n = 1 + below(random, 6); n > 0; n--) {
        const value = EXTREMES[below(random, EXTREMES.length)]!;
        copy = changed(copy, start + below(random, copy.length - start), () => value);
      }
      return copy;
    },
  },
  {
    name: 'bytes of a page set to extremes',
    of: (file, random) => {
      let copy = file;
      for (let n = 1 + below(random, 6); n > 0; n--) {
        const value = EXTREMES[below(random, EXTREMES.length)]!;
        copy = changed(copy, 4 + below(random, footerOf(file) - 4), () => value);
      }
      return copy;
    },
  },
  { name: 'cut off', of: (file, random) => file.subarray(0, below(random, file.length)) },
  {
    name: 'cut off, with its footer',
    of: (file, random) => {
      const start = footerOf(file);
      const kept = below(random, start);
      return Buffer.concat([file.subarray(0, kept), file.subarray(start)]);
    },
  },
  {
    name: 'a piece moved',
    of: (file, random) => {
      const copy = Buffer.from(file);
      const length = 1 + below(random, Math.min(256, file.length - 1));
      copy.copyWithin(below(random, file.length - length), below(random, file.length - length));
      return copy;
    },
  },
  {
    name: 'a piece of zeros',
    of: (file, random) => {
      const at = below(random, file.length);
      return Buffer.from(file).fill(0, at, Math.min(file.length, at + 1 + below(random, 512)));
    },
  },
  {
    name: 'another length of the footer',
    of: (file, random) => {
      const copy = Buffer.from(file);
      const lengths = [
        0,
        1,
        7,
        file.length,
        file.length - 8,
        0x7fffffff,
        0xffffffff,
        below(random, file.length),
      ];
      copy.writeUInt32LE(lengths[below(random, lengths.length)]!, file.length - 8);
      return copy;
    },
  },
];
