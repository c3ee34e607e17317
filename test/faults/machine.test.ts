import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { Faults } from './campaign/faulted.ts';
import { fewStarts } from './campaign/few-starts.ts';
import { canTrace, type Ended } from './campaign/kill.ts';
import type { Starts } from './campaign/scenarios.ts';
import { isLong } from './faults.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

/** The first of a kind; HOOPDUCK_FAULTS=long plants them all. */
const some = <T>(all: readonly T[]): readonly T[] => (isLong ? all : all.slice(0, 1));

const SYNC = 'sync of a restated night';
const folder = lastingFolder();
const workspace = join(folder, 'workspace');
let starts: Starts;
let faults: Faults;

beforeAll(async () => {
  starts = await fewStarts(workspace);
  faults = new Faults(starts);
});
afterAll(() => chmodAll(workspace, 0o700));

/** A failure that is told, with an exit code of the program's own. */
function failsWith(code: number, text: RegExp) {
  return (ended: Ended) => {
    expect(ended).toMatchObject({ code, signal: null });
    expect(ended.said).toMatch(text);
  };
}

const isTold = (ended: Ended) => {
  expect(ended.signal).toBe(null);
  expect([1, 3, 4]).toContain(ended.code);
  expect(ended.said).toMatch(/^error\[[A-Z_]+\]: .+\nnext: .+/m);
};

/** A process whose files may not grow beyond so many blocks of 1 KiB: a write beyond it fails as on a full disk. */
const quota = (blocks: number) => [
  'bash',
  '-c',
  `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`,
  'quota',
];

test.for(
  some([
    [SYNC, 8],
    ['train', 2],
    ['push', 64],
    ['backup', 4096],
    ['restore', 4096],
  ] as const),
)(
  '%s that may write no file over %i KiB fails, and later ends as ever',
  async ([command, blocks]) => {
    await faults.plant({
      kind: 'quota of file size',
      detail: `${blocks} KiB`,
      command,
      wrap: quota(blocks),
      ends: isTold,
    });
  },
);

/** A disk of so much room more than the workspace takes, mounted in the workspace's place. */
const canMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0;

test.skipIf(!canMount).for(
  some([
    [SYNC, 60],
    ['push', 200],
    ['backup', 2000],
    ['restore', 2000],
  ] as const),
)(
  '%s on a disk with %i KiB left fails, and ends as ever when there is room',
  async ([command, room]) => {
    const size = () =>
      Number(spawnSync('du', ['-sk', workspace], { encoding: 'utf8' }).stdout.split('\t')[0]);
    const mount = (...args: string[]) => expect(spawnSync('mount', args).status).toBe(0);
    const aside = join(folder, 'aside');
    try {
      await faults.plant({
        kind: 'full disk',
        detail: `${room} KiB left`,
        command,
        plant() {
          cpSync(workspace, aside, { recursive: true });
          mount('-t', 'tmpfs', '-o', `size=${size() + room}k`, 'x', workspace);
          cpSync(aside, workspace, { recursive: true });
        },
        mend: () => mount('-o', 'remount,size=1g', workspace),
        ends: isTold,
      });
    } finally {
      spawnSync('umount', [workspace]);
      rmSync(aside, { recursive: true, force: true });
    }
  },
);

/** Root obeys the rights of files only without these. */
const asAnyone =
  process.getuid?.() === 0
    ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all']
    : [];

test.for(
  some([
    [SYNC, 'data/replica.duckdb'],
    [SYNC, 'data'],
    ['train', 'data/models'],
    ['push', '.'],
    ['backup', 'data'],
    ['restore', '.'],
  ] as const),
)('%s fails where "%s" may not be written, and later ends as ever', async ([command, path]) => {
  await faults.plant({
    kind: 'read-only',
    detail: path,
    command,
    wrap: asAnyone,
    plant: (place) => chmodAll(join(place, path), 0o500),
    mend: (place) => chmodAll(join(place, path), 0o700),
    ends: isTold,
  });
});

function chmodAll(path: string, mode: number): void {
  spawnSync('chmod', ['-R', mode === 0o500 ? 'a-w' : 'u+w', path]);
  chmodSync(path, mode);
}

test.skipIf(!canTrace).for(
  some([
    [SYNC, 'fsync', 'EIO', 1],
    [SYNC, 'pwrite64', 'EIO', 3],
    ['push', 'fsync', 'EIO', 2],
    ['train', 'fsync', 'EIO', 1],
    ['backup', 'fsync', 'EIO', 2],
    ['backup', 'copy_file_range', 'ENOSPC', 1],
  ] as const),
)(
  '%s whose %s gives %s from call %i on ends as ever when the disk is well again',
  async ([command, call, error, n]) => {
    await faults.plant({
      kind: `${call} fails (${error})`,
      detail: `from call ${n} of a thread on`,
      command,
      wrap: [
        ...['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${call}`],
        ...['-e', `inject=${call}:error=${error}:when=${n}+`],
      ],
      // What DuckDB cannot bring to disk at the very end is in its log, and nothing is lost.
      ends: ({ signal }) => expect(signal).toBe(null),
    });
  },
);

const CLOCK = fileURLToPath(new URL('./campaign/clock.mjs', import.meta.url));

test.for(
  some([
    [SYNC, { days: -4000 }],
    [SYNC, { days: 4000, back: -5000 }],
    ['train', { days: -4000 }],
    ['train', { days: 0, back: 3000 }],
    ['push', { days: 4000 }],
    ['push', { days: 0, back: -3000 }],
    ['backup', { days: 4000 }],
  ] as const),
)(
  '%s whose clock is %o ends well, and so does the next with the true one',
  async ([command, clock]) => {
    await faults.plant({
      kind: 'clock that jumps',
      detail: JSON.stringify(clock),
      command,
      env: { NODE_OPTIONS: `--import ${CLOCK}`, HOOPDUCK_CLOCK: JSON.stringify(clock) },
      ends: ({ code, said }) => expect([code, code === 0 ? '' : said]).toEqual([0, '']),
    });
  },
);

test.for(some([14, 10]))(
  'a training with %i MB of heap dies, and the next ends as ever',
  async (megabytes) => {
    await faults.plant({
      kind: 'out of memory',
      detail: `${megabytes} MB of heap`,
      command: 'train',
      env: { NODE_OPTIONS: `--max-old-space-size=${megabytes}` },
      ends: ({ code, signal, said }) => {
        expect(code === 0 && signal === null).toBe(false);
        expect(said).toContain('JavaScript heap out of memory');
      },
    });
  },
);

test('a sync whose replica has too little memory fails with what to do, and later ends as ever', async () => {
  const file = join(workspace, 'hoopduck.yaml');
  let before = '';
  await faults.plant({
    kind: 'out of memory',
    detail: 'replica.memory_limit 6MB',
    command: SYNC,
    plant() {
      before = readFileSync(file, 'utf8');
      appendFileSync(file, 'replica:\n  memory_limit: 6MB\n');
    },
    mend: () => writeFileSync(file, before),
    ends: failsWith(4, /^error\[REPLICA_MEMORY\]: .+\nnext: Raise "replica\.memory_limit"/m),
  });
});

const BROKEN: readonly [string, (bytes: Buffer) => Buffer][] = [
  ['empty', () => Buffer.alloc(0)],
  ['cut short', (bytes) => bytes.subarray(0, bytes.length / 2)],
  ['all zeros', (bytes) => Buffer.alloc(bytes.length)],
  [
    'zeros in its middle',
    (bytes) =>
      Buffer.from(bytes).fill(0, Math.floor(bytes.length / 4), Math.floor(bytes.length / 2)),
  ],
];

test.for(some(BROKEN))(
  'a source file that is %s is named, and nothing of it is landed',
  async ([detail, breakIt]) => {
    const table = join(starts.warehouse, 'nba_raw', 'nbac_gamebook_player_stats');
    const file = join(table, readdirSync(table).find((name) => name.endsWith('.parquet'))!);
    const whole = readFileSync(file);
    try {
      await faults.plant({
        kind: 'broken Parquet file',
        detail,
        command: SYNC,
        plant: () => writeFileSync(file, breakIt(whole)),
        mend: () => writeFileSync(file, whole),
        ends: failsWith(
          3,
          /error\[SOURCE_BROKEN\]: The (file|rows of) ".*nbac_gamebook_player_stats.*" cannot be read as Parquet/,
        ),
      });
    } finally {
      writeFileSync(file, whole);
    }
  },
);
