import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import { memoryReplica } from '../support/memory-replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  MUTATIONS,
  randomFrom,
  STRANGE_ROWS,
  writeLayouts,
  writeParquet,
} from './parquet-mutations.ts';

/** Nightly many, and others each time; else the same few. */
const NIGHTLY = process.env['HOOPDUCK_PROPERTY'] === 'nightly';
const FILES = NIGHTLY ? 10_000 : 200;
const SEED = NIGHTLY ? Number(process.env['HOOPDUCK_SEED'] ?? process.pid) : 20;
const TIME_LIMIT = NIGHTLY ? 6 * 3_600_000 : 120_000;
/** A folder for files that were not taken as they should be, and for the table so far. */
const KEPT = process.env['HOOPDUCK_KEEP_FAULTS'];
/** No file takes longer; what does is stuck. */
const STUCK_MS = 60_000;

interface Taken {
  readonly end: string;
  readonly exit?: number;
  readonly text?: string;
}

/** A process that reads warehouses; when it dies of one, the next has a new process. */
function reader() {
  const child = fileURLToPath(new URL('./parquet-child.mjs', import.meta.url));
  let running: { process: ChildProcess; lines: AsyncIterator<string>; words: string } | undefined;
  onTestFinished(() => void running?.process.kill());
  const start = () => {
    const process_ = spawn(process.execPath, [child, dirname(inject('cli'))], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    process_.stdin!.on('error', () => {});
    const lines = createInterface({ input: process_.stdout! })[Symbol.asyncIterator]();
    const one = { process: process_, lines, words: '' };
    process_.stderr!.on('data', (text) => {
      one.words = `${one.words}${text}`.slice(-2000);
    });
    return one;
  };
  return async (folder: string): Promise<Taken> => {
    running ??= start();
    const { process: process_, lines } = running;
    let stuck = false;
    const timer = setTimeout(() => {
      stuck = true;
      process_.kill('SIGKILL');
    }, STUCK_MS);
    process_.stdin!.write(`${folder}\n`);
    const { value, done } = await lines.next();
    clearTimeout(timer);
    if (!done) return JSON.parse(value) as Taken;
    const { words } = running;
    running = undefined;
    return {
      end: stuck ? 'stuck' : 'died',
      text: `${process_.signalCode ?? process_.exitCode}: ${words}`,
    };
  };
}

/** What is wrong with how a file was taken; undefined: it was landed, or refused by its name or its table's. */
function fault({ end, exit, text = '' }: Taken): string | undefined {
  if (end === 'landed') return undefined;
  if (['stuck', 'died', 'thrown'].includes(end)) return `${end}: ${text}`;
  const isNamed = text.includes('mutated.parquet') || text.includes('nbac_gamebook_player_stats');
  if (!isNamed) return `names neither file nor table: ${text}`;
  if (exit !== 3 && exit !== 4) return `exit ${exit}: ${text}`;
  if (text.length > 1000) return `${text.length} letters: ${text.slice(0, 300)}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be printed
  return /[\u0000-\u001f\u007f\u009b\u202a-\u202e]/.test(text)
    ? `control characters: ${JSON.stringify(text)}`
    : undefined;
}

/** A warehouse with a schedule, and the place of the box scores' file that is to be put there. */
async function world(replica: Replica) {
  const folder = temporaryFolder();
  const table = join(folder, 'wh', 'nba_raw', 'nbac_gamebook_player_stats');
  const schedule = join(folder, 'wh', 'nba_raw', 'nbac_schedule');
  for (const each of [table, schedule]) mkdirSync(each, { recursive: true });
  await writeParquet(
    replica,
    `SELECT DATE '2024-01-15' AS game_date, '0022300001' AS game_id, 3 AS game_status`,
    join(schedule, '2023-24.parquet'),
  );
  return { folder, warehouse: join(folder, 'wh'), file: join(table, 'mutated.parquet') };
}

test(
  'a mutated Parquet file is read, or refused with its name; it never takes a wrong exit',
  async () => {
    const replica = await memoryReplica();
    onTestFinished(() => replica.close());
    const { folder, warehouse, file } = await world(replica);
    const originals = (await writeLayouts(replica, join(folder, 'rows'))).map((path) =>
      readFileSync(path),
    );
    const take = reader();
    const ends = new Map<string, Map<string, number>>();
    const faults: string[] = [];
    for (let i = 0; i < FILES; i++) {
      const seed = SEED * 1_000_003 + i;
      const random = randomFrom(seed);
      const { name, of } = MUTATIONS[i % MUTATIONS.length]!;
      const bytes = of(originals[Math.floor(i / MUTATIONS.length) % originals.length]!, random);
      writeFileSync(file, bytes);
      const taken = await take(warehouse);
      const wrong = fault(taken);
      const end =
        wrong === undefined
          ? taken.end
          : taken.end === 'died' || taken.end === 'stuck'
            ? taken.end
            : 'fault';
      const row = ends.get(name) ?? new Map<string, number>();
      ends.set(name, row.set(end, (row.get(end) ?? 0) + 1));
      if (wrong !== undefined) {
        faults.push(`${name}, file ${i} of seed ${SEED}: ${wrong.slice(0, 400)}`);
        if (KEPT !== undefined) writeFileSync(join(KEPT, `${SEED}-${i}.parquet`), bytes);
      }
      if (KEPT !== undefined && (i + 1) % 100 === 0) {
        writeFileSync(join(KEPT, 'table.md'), `${tableOf(ends)}\n\n${faults.join('\n')}\n`);
      }
    }
    if (NIGHTLY) process.stdout.write(`${tableOf(ends)}\n${faults.join('\n')}\n`);
    expect(faults).toEqual([]);
  },
  TIME_LIMIT,
);

test('a whole file of another shape is landed, or refused with its name', async () => {
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  const { warehouse, file } = await world(replica);
  const take = reader();
  const ends: Record<string, string> = {};
  for (const [name, sql] of Object.entries(STRANGE_ROWS)) {
    await writeParquet(replica, sql, file);
    const taken = await take(warehouse);
    ends[name] = fault(taken) ?? taken.end;
  }
  expect(ends).toEqual({
    // Refused by the whole table, before a row is read.
    'a struct for a number': 'SOURCE_DRIFT',
    'a list for a text': 'SOURCE_DRIFT',
    'a map for a number': 'SOURCE_DRIFT',
    'bytes that are no text': 'SOURCE_DRIFT',
    'no date column': 'SOURCE_COLUMN',
    'a column of our own name': 'SOURCE_BROKEN',
    'text for a number': 'SOURCE_TYPE',
    'numbers beyond the column': 'SOURCE_TYPE',
    // Rows without a date stay in the warehouse, and a warning counts them.
    'a struct for the date': 'landed',
    'a list for the date': 'landed',
    'bytes for the date': 'landed',
    'a number for the date': 'landed',
    'dates at the ends of time': 'landed',
    'no rows': 'landed',
    // Names and values are data, however they look.
    'NaN and infinity for a number': 'landed',
    'a text of 4 MB': 'landed',
    'nested 30 deep': 'landed',
    'two hundred columns': 'landed',
    'names with quotes, line ends and SQL': 'landed',
    'an empty name': 'landed',
    'names that differ by case alone': 'landed',
  });
});

test('a column whose name holds a NUL, at which SQL would end, is refused by its table', async () => {
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  const { warehouse, file } = await world(replica);
  const rows = `SELECT DATE '2024-01-15' AS game_date, 'a' AS player_lookup, 1 AS surprise`;
  await writeParquet(replica, rows, file);
  const bytes = readFileSync(file).toString('latin1').replaceAll('surprise', 'sur\0rise');
  writeFileSync(file, Buffer.from(bytes, 'latin1'));
  const { end, exit, text } = await reader()(warehouse);
  expect({ end, exit, text }).toEqual({
    end: 'SOURCE_DRIFT',
    exit: 4,
    text: '"nba_raw.nbac_gamebook_player_stats" has a column "sur\\u{0}rise" in the warehouse; a name without NUL was wanted.',
  });
});

test('a column whose name is no text is refused by its file', async () => {
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  const { warehouse, file } = await world(replica);
  await writeParquet(replica, `SELECT DATE '2024-01-15' AS game_date, 1 AS surprise`, file);
  const bytes = readFileSync(file).toString('latin1').replaceAll('surprise', 'sur\xffrise');
  writeFileSync(file, Buffer.from(bytes, 'latin1'));
  expect(await reader()(warehouse)).toEqual({
    end: 'SOURCE_BROKEN',
    exit: 3,
    text: `The file "${file}" cannot be read as Parquet: Invalid Input Error: Invalid unicode (byte sequence mismatch) detected in value construction.`,
  });
});

function tableOf(ends: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const all = [...new Set([...ends.values()].flatMap((row) => [...row.keys()]))].sort();
  const lines = [...ends].map(
    ([name, row]) => `| ${name} | ${all.map((end) => row.get(end) ?? 0).join(' | ')} |`,
  );
  return [
    `| mutation | ${all.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(all.length)}`,
    ...lines,
  ].join('\n');
}
