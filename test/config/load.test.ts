import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/config/defaults.ts';
import { initTemplate } from '../../src/config/init-template.ts';
import { loadConfig } from '../../src/config/load.ts';
import { bytesOfSize } from '../../src/config/size.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function workspace(text: string | Buffer): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'warehouse'));
  writeFileSync(join(folder, 'hoopduck.yaml'), text);
  return folder;
}

test('the shortest configuration gets every default, absolute paths, and is frozen', () => {
  const folder = workspace('warehouse:\n  path: warehouse\n');
  const config = loadConfig(folder);
  expect(config).toEqual({
    workspace: folder,
    file: join(folder, 'hoopduck.yaml'),
    warehouse: { kind: 'folder', path: join(folder, 'warehouse') },
    push: null,
    replica: { path: join(folder, 'data/replica.duckdb'), memoryLimit: '1500MB', threads: null },
    inputs: { keep: true, cap: 1_000_000_000 },
    notify: [],
    backup: {
      location: { kind: 'folder', path: join(folder, 'data/workspace-backups') },
      automatic: true,
      keep: 7,
      keepAutomatic: 3,
      keepDays: 0,
    },
    transform: { bigquery: { project: null, datasetPrefix: null } },
    gates: { thresholds: 'default' },
    train: {
      features: 'default',
      addFeatures: [],
      engine: 'auto',
      split: [70, 15, 15],
      seed: 20,
      averagedSeeds: 2,
      twoStages: false,
      rows: null,
      rounds: 340,
      earlyStoppingRounds: 40,
      eta: 0.04,
      maxDepth: 6,
      minChildWeight: 60,
      colsampleBytree: 0.3,
      subsample: 0.8,
      lambda: 5,
      maxBin: 64,
    },
  });
  expect(Object.isFrozen(config.train.split)).toBe(true);
  expect(Object.isFrozen(config.replica)).toBe(true);
});

test('every key that is written replaces its default', () => {
  const folder = workspace(`
warehouse: {path: warehouse}
push: {path: out}
replica: {memory_limit: 2GB, threads: 2}
inputs: {keep: false, cap: 2.5 GiB}
transform: {bigquery: {project: other-project, dataset_prefix: out_}}
gates: {thresholds: own.yaml}
train:
  features: seed-21
  add_features: [nba_precompute.mine.rebounds_avg]
  engine: wasm
  split: 60/20/20
  seed: 7
  averaged_seeds: 3
  two_stages: true
  rows: minutes_played >= 10
  rounds: 10
  early_stopping_rounds: 5
  eta: 0.1
  max_depth: 3
  min_child_weight: 1
  colsample_bytree: 1
  subsample: 1
  lambda: 0
  max_bin: 256
`);
  writeFileSync(join(folder, 'own.yaml'), '');
  const config = loadConfig(folder);
  expect(config.push).toMatchObject({ kind: 'folder', path: join(folder, 'out') });
  expect(config.replica).toMatchObject({ memoryLimit: '2GB', threads: 2 });
  expect(config.inputs).toEqual({ keep: false, cap: 2_684_354_560 });
  expect(config.transform.bigquery).toEqual({ project: 'other-project', datasetPrefix: 'out_' });
  expect(config.gates.thresholds).toBe(join(folder, 'own.yaml'));
  expect(config.train).toEqual({
    features: 'seed-21',
    addFeatures: [{ table: 'nba_precompute.mine', column: 'rebounds_avg' }],
    engine: 'wasm',
    split: [60, 20, 20],
    seed: 7,
    averagedSeeds: 3,
    twoStages: true,
    rows: 'minutes_played >= 10',
    rounds: 10,
    earlyStoppingRounds: 5,
    eta: 0.1,
    maxDepth: 3,
    minChildWeight: 1,
    colsampleBytree: 1,
    subsample: 1,
    lambda: 0,
    maxBin: 256,
  });
});

test('the comments of the template state the defaults', () => {
  const template = initTemplate({ warehouse: 'warehouse', push: 'out' });
  const uncommented = template
    .replace(/^# (backup|replica|inputs|gates|train):/gm, '$1:')
    .replace(/^# {3}(\w+:)/gm, '  $1');
  const config = loadConfig(workspace(uncommented));
  expect(config.train).toEqual(DEFAULTS.train);
  expect(config.replica).toMatchObject(DEFAULTS.replica);
  expect(config.inputs).toEqual({ keep: true, cap: bytesOfSize(DEFAULTS.inputs.cap) });
  expect(config.gates).toEqual(DEFAULTS.gates);
});

test.each(['ware house', 'null', 'a: b', '7', 'quote"d', '#x', 'tab\\u'])(
  'a path written as %s into the template is read back',
  (name) => {
    const folder = workspace(initTemplate({ warehouse: name, push: undefined }));
    mkdirSync(join(folder, name));
    expect(loadConfig(folder).warehouse).toEqual({ kind: 'folder', path: join(folder, name) });
  },
);

test('a warehouse folder that is not there is refused, with the neighbour that was meant', () => {
  const folder = workspace('warehouse:\n  path: warehose\n');
  expect(() => loadConfig(folder)).toThrow(
    [
      `${join(folder, 'hoopduck.yaml')}:2:9: "warehouse.path" is "warehose"; an existing folder was wanted. Did you mean "warehouse"?`,
      '  2 |   path: warehose',
      '    |         ^^^^^^^^',
    ].join('\n'),
  );
});

test('once there is a replica, the warehouse may be away for what does not read it', () => {
  const folder = workspace('warehouse:\n  path: unplugged\n');
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/replica.duckdb'), '');
  expect(loadConfig(folder).warehouse).toMatchObject({ path: join(folder, 'unplugged') });
  expect(() => loadConfig(folder, { warehouse: true })).toThrow('an existing folder was wanted');
});

test.each([
  ['gates: {thresholds: defalt}', 'Did you mean "default"?'],
  ['gates: {thresholds: none.yaml}', 'an existing YAML file was wanted'],
  ['train: {split: 70/20/20}', 'three shares above 0 that sum to 100 were wanted'],
  ['train: {split: 100/0/0}', 'three shares above 0 that sum to 100 were wanted'],
  ['inputs: {cap: much}', 'a size such as 1500MB was wanted'],
  ['replica: {memory_limit: much}', 'a size such as 1500MB was wanted'],
  ['replica: {threads: 0}', 'at least 1 was wanted'],
  ['train: {eta: 0}', 'more than 0 was wanted'],
  ['train: {seed: 1.5}', 'a whole number was wanted'],
  ['push: {path: "a\\0b"}', 'text was wanted'],
])('%s is refused', (line, wanted) => {
  const folder = workspace(`warehouse: {path: warehouse}\n${line}\n`);
  expect(() => loadConfig(folder)).toThrow(wanted);
});

test('a file that is not UTF-8 is refused', () => {
  expect(() => loadConfig(workspace(Buffer.from([0x77, 0xff, 0xfe])))).toThrow('not UTF-8 text');
});

test('webhooks get their defaults, and names that hold no address', () => {
  const { notify } = loadConfig(
    workspace(`
warehouse: {path: warehouse}
notify:
  - url_env: HOOK
  - url: https://ops.example.org/in
    format: slack
    on: [red]
    secret_env: KEY
    timeout_seconds: 3
  - {name: second, url: "http://ops.example.org/in"}
`),
  );
  const on = ['red', 'recovery', 'drift', 'failure'];
  expect(notify).toEqual([
    {
      name: 'HOOK',
      url: null,
      urlEnv: 'HOOK',
      format: 'json',
      on,
      secretEnv: null,
      timeoutSeconds: 10,
    },
    {
      name: 'ops.example.org',
      url: 'https://ops.example.org/in',
      urlEnv: null,
      format: 'slack',
      on: ['red'],
      secretEnv: 'KEY',
      timeoutSeconds: 3,
    },
    expect.objectContaining({ name: 'second', format: 'json' }),
  ]);
});

test.each([
  'https://hooks.slack.com/services/T0/B0/x',
  'https://me:pass@ops.example.org/in',
  'https://ops.example.org/in?token=abc',
  'https://ops.example.org/4f9c2ab81d7e4c0c9a55',
])('the address %s holds a secret: it is refused, and not shown', (address) => {
  const folder = workspace(`warehouse: {path: warehouse}\nnotify:\n  - url: "${address}"\n`);
  let told = '';
  try {
    loadConfig(folder);
  } catch (error) {
    told = (error as Error).message;
  }
  expect(told).toBe(
    `${join(folder, 'hoopduck.yaml')}:3:10: "notify.0.url" holds a secret; put it into an environment variable and name that with "url_env".`,
  );
});

test('a webhook has one address', () => {
  const folder = workspace('warehouse: {path: warehouse}\nnotify: [{format: json}]\n');
  expect(() => loadConfig(folder)).toThrow('either "url" or "url_env" was wanted.');
});
