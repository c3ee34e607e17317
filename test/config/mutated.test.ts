import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initTemplate } from '../../src/config/init-template.ts';
import { loadConfig } from '../../src/config/load.ts';
import { HoopduckError } from '../../src/errors.ts';
import { readThresholds } from '../../src/validate/read-thresholds.ts';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { mutatedText } from './mutations.ts';

/** Nightly more of them, and others each time; else the same few. */
const NIGHTLY = process.env['HOOPDUCK_PROPERTY'] === 'nightly';
const SEARCH = NIGHTLY ? { numRuns: 5000 } : { numRuns: 500, seed: 20 };
const TIME_LIMIT = NIGHTLY ? 600_000 : 60_000;

/** A problem of several: no page of a terminal is filled by one file. */
const LONGEST_MESSAGE = 6000;

/** What is wrong with how a text was taken; undefined: it was read, or refused as it should be. */
function fault(file: string, read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof HoopduckError)) return `thrown: ${(error as Error).stack}`;
    const { code, exitCode, message } = error;
    if (code !== 'CONFIG_INVALID' || exitCode !== 2) return `${code}, exit ${exitCode}: ${message}`;
    const place =
      message.startsWith(`${file}:`) && /^:\d+:\d+: \S/.test(message.slice(file.length));
    if (!place) return `no place: ${message}`;
    if (message.length > LONGEST_MESSAGE)
      return `${message.length} letters: ${message.slice(0, 500)}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be printed
    if (/[\u0000-\u0008\u000b-\u001f\u007f\u009b\u202a-\u202e\u2066-\u2069]/.test(message)) {
      return `control characters: ${JSON.stringify(message)}`;
    }
    return /\n\s+at \S+ \(?(file|node|\/)/.test(message) ? `a stack: ${message}` : undefined;
  }
}

test('the shortest text that once took Node with it is refused where it is too deep', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'hoopduck.yaml');
  const message = (text: string) => {
    writeFileSync(file, text);
    try {
      loadConfig(folder);
    } catch (error) {
      return (error as HoopduckError).message.slice(file.length).split('\n')[0];
    }
    return 'it was read';
  };
  const deep = 'Lists and maps lie inside each other more than 32 deep.';
  expect(message('- '.repeat(1000))).toBe(`:1:65: ${deep}`);
  expect(message('? '.repeat(1000))).toBe(`:1:65: ${deep}`);
  expect(message(`warehouse:\n  path: ${'['.repeat(1000)}`)).toBe(`:2:38: ${deep}`);
  const stairs = Array.from({ length: 60 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
  expect(message(stairs)).toBe(`:32:33: ${deep}`);
  expect(message(`# ${'- '.repeat(40)}\nwarehouse: {path: ., kind: folder, a: 1}`)).toBe(
    ':2:36: Unknown key "a" in "warehouse".',
  );
  expect(message('? [a, b]\n: c')).toBe(
    ':1:3: A key is a list, a map or an alias; text was wanted.',
  );
  expect(message('a: 1\n'.repeat(60_000))).toBe(
    ':1:1: The file has 300000 letters; at most 262144 were wanted.',
  );
});

const template = initTemplate({ warehouse: 'warehouse', push: 'out' });
const CONFIGURATIONS = [
  template,
  template
    .replace(/^# (backup|replica|inputs|gates|train):/gm, '$1:')
    .replace(/^# {3}(\w+:)/gm, '  $1'),
  initTemplate({ warehouse: 'bigquery://league/prod_', push: 'gs://bucket/prefix' }),
  'warehouse: {path: warehouse}\ntrain: {split: 60/20/20, add_features: [a.b.c, d.e.f]}\n',
  `warehouse:
  kind: bigquery
  project: league
  endpoints: {rest: "http://127.0.0.1:9050", storage_read: "http://127.0.0.1:9060"}
  max_bytes_billed: 10GB
  credentials: &login
    access_token_env: TOKEN
push:
  kind: gcs
  bucket: production
  backup_days: 30
  credentials: *login
gates:
  thresholds: legacy
notify:
  - url: https://ops.example.org/in
    on: [red, recovery]
  - {url_env: HOOK, secret_env: KEY, format: slack, timeout_seconds: 5}
`,
];

const SHORT_THRESHOLDS = `coverage:
  - name: usage_rate
    table: nba_analytics.player_game_summary
    columns: [usage_rate, minutes_played]
    scopes: [date, season]
    applies: active
    min: 95
    warn: 98.5
    why: as many as the source has
drift:
  - {table: nba_analytics.player_game_summary, of: [usage_rate], scopes: [date], applies: earlier_history, warn: 90, why: x}
constant_column:
  - table: nba_precompute.player_composite_factors
    scopes: [season]
    applies: known_values
    defaults: {fatigue_score: 50, "pace_score": 0}
    min: 1
    why: |
      a column that never moves
      says nothing
`;

function shipped(name: string): string {
  const file = new URL(`../../src/validate/thresholds/${name}.yaml`, import.meta.url);
  return readFileSync(fileURLToPath(file), 'utf8');
}

test(
  'a mutated hoopduck.yaml is read, or refused with exit 2 and the place',
  () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'warehouse'));
    const file = join(folder, 'hoopduck.yaml');
    fc.assert(
      fc.property(mutatedText(CONFIGURATIONS), (text) => {
        writeFileSync(file, text);
        expect(fault(file, () => loadConfig(folder))).toBeUndefined();
      }),
      SEARCH,
    );
  },
  TIME_LIMIT,
);

test(
  'a mutated file of thresholds is read, or refused with exit 2 and the place',
  () => {
    const file = join(temporaryFolder(), 'thresholds.yaml');
    const texts = [...['default', 'legacy'].map(shipped), SHORT_THRESHOLDS, SHORT_THRESHOLDS];
    fc.assert(
      fc.property(mutatedText(texts), (text) => {
        writeFileSync(file, text);
        expect(fault(file, () => readThresholds(file))).toBeUndefined();
      }),
      SEARCH,
    );
  },
  TIME_LIMIT,
);

test.each([
  ['an empty file', '', ':1:1: "warehouse" is missing.'],
  [
    'a cycle of aliases',
    'warehouse: &a {path: *a}\n',
    ':1:22: "warehouse.path" is a map; text was wanted.',
  ],
  ['brackets without an end', `train: ${'['.repeat(20_000)}`, ':1:38: Lists and maps lie inside'],
  [
    'a tag of another language',
    'warehouse: !!js/function "x"\n',
    ':1:12: Unresolved tag: tag:yaml.org,2002:js/function.',
  ],
])('the command line refuses %s with exit 2, the place and no stack', (_, text, told) => {
  const folder = temporaryFolder();
  const file = join(folder, 'hoopduck.yaml');
  writeFileSync(file, text);
  const { code, stdout, stderr } = hoopduck(['status', '-C', folder]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`error[CONFIG_INVALID]: ${file}${told}`);
  expect(stderr).toContain(`next: Correct "${file}" and try again.`);
  expect(stderr).not.toMatch(/\n\s+at /);
});
