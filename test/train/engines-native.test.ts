import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseEngine } from '../../src/train/engines/choose.ts';
import { findLibrary, libraryPlaces } from '../../src/train/engines/find-library.ts';
import { nativeEngine, trainInProcess } from '../../src/train/engines/native-engine.ts';
import { prefix } from '../../src/train/ensemble.ts';
import { walk } from '../../src/train/walk.ts';
import { toXgboostJson } from '../../src/train/xgboost-json.ts';
import { matrixOf, parameters, randomTraining } from './engines-data.ts';
import { libraries, testLibrariesAreThere } from './native-libraries.ts';

testLibrariesAreThere();

const OBJECTIVES = ['reg:squarederror', 'reg:absoluteerror'] as const;
const data = randomTraining(3000, 6);
const request = { ...data, parameters, rounds: 20 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoopduck-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const library of libraries) {
  describe(`libxgboost ${library.version}`, () => {
    const engine = nativeEngine(library);

    test.each(OBJECTIVES)(
      'the model walks to what the library predicts, to the bit (%s)',
      async (objective) => {
        const fresh = randomTraining(25_000, 8, 99).matrix;
        const { ensemble, predictions } = await trainInProcess(library, {
          ...randomTraining(20_000, 8),
          parameters: { ...parameters, objective, baseScore: 2.3 },
          rounds: 60,
          predict: fresh,
        });
        expect(ensemble).toMatchObject({ featureCount: 8, baseScore: Math.fround(2.3) });
        expect(ensemble.trees).toHaveLength(60);
        expect(walk(ensemble, fresh)).toEqual(predictions);
      },
    );

    test.each(OBJECTIVES)(
      'one thread or three give the same bytes, and another seed others (%s)',
      async (objective) => {
        const text = async (more: { threads: number; seed: number }) => {
          const given = { ...parameters, objective, seed: more.seed };
          const asked = { ...request, parameters: given, threads: more.threads };
          const { ensemble } = await trainInProcess(library, asked);
          return toXgboostJson(ensemble, ['a', 'b', 'c', 'd', 'e', 'f'], parameters);
        };
        const once = await text({ threads: 1, seed: 7 });
        expect(await text({ threads: 1, seed: 7 })).toBe(once);
        expect(await text({ threads: 3, seed: 7 })).toBe(once);
        expect(await text({ threads: 1, seed: 8 })).not.toBe(once);
      },
    );

    test('a prefix is what training for fewer rounds gives', async () => {
      const { ensemble: long } = await engine.train(request);
      const { ensemble: short } = await engine.train({ ...request, rounds: 5 });
      expect(prefix(long, 5)).toEqual(short);
    });

    test('a true -1 is a value, not a missing one', async () => {
      const cells = Array.from({ length: 300 }, (_, i) => [-1, -2, NaN][i % 3]!);
      const exact = { eta: 1, lambda: 0, subsample: 1, colsampleBytree: 1, minChildWeight: 1 };
      const { ensemble } = await engine.train({
        matrix: matrixOf(...cells.map((value) => [value])),
        labels: Float32Array.from(cells, (value) => (value === -1 ? 10 : 0)),
        parameters: { ...parameters, ...exact, baseScore: 0 },
        rounds: 1,
      });
      expect([...walk(ensemble, matrixOf([-1], [-2], [NaN]))]).toEqual([10, 0, 0]);
    });

    test('each round is told', async () => {
      const told: string[] = [];
      const onRound = (round: number, total: number) => told.push(`${round}/${total}`);
      await engine.train({ ...request, rounds: 3, onRound });
      expect(told).toEqual(['1/3', '2/3', '3/3']);
    });

    test('aborting ends training with INTERRUPTED and leaves no process behind', async () => {
      const control = new AbortController();
      let pid = 0;
      const endless = trainInProcess(library, {
        ...request,
        rounds: 1_000_000,
        signal: control.signal,
        onStart: (started) => {
          pid = started;
        },
        onRound: (round) => {
          if (round === 3) control.abort();
        },
      });
      await expect(endless).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
      expect(pid).toBeGreaterThan(0);
      expect(isRunning(pid)).toBe(false);
      const late = engine.train({ ...request, signal: control.signal });
      await expect(late).rejects.toMatchObject({ code: 'INTERRUPTED' });
    });

    test("a terminal's Ctrl-C is the caller's to judge: the process goes on", async () => {
      let pid = 0;
      const { ensemble } = await trainInProcess(library, {
        ...request,
        onStart: (started) => {
          pid = started;
        },
        onRound: (round) => {
          if (round === 1) process.kill(pid, 'SIGINT');
        },
      });
      expect(ensemble).toEqual((await engine.train(request)).ensemble);
    });

    test.each([
      ['SIGSEGV', 'SIGSEGV (it crashed)'],
      ['SIGKILL', 'SIGKILL (often: memory ran out)'],
    ] as const)('a crash (%s) is said, and the next training works', async (signal, said) => {
      let pid = 0;
      const crashing = trainInProcess(library, {
        ...request,
        rounds: 1_000_000,
        onStart: (started) => {
          pid = started;
        },
        onRound: (round) => {
          if (round === 1) process.kill(pid, signal);
        },
      });
      await expect(crashing).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        exitCode: 1,
        message:
          `The engine "native" did not train with "${library.path}" (libxgboost ` +
          `${library.version}): its process was ended by ${said}.`,
        next: 'Nothing was written. Train with --engine wasm, or on fewer rows (--from).',
      });
      expect((await engine.train(request)).ensemble.trees).toHaveLength(20);
    });

    test.skipIf(process.platform !== 'linux')(
      'a training that needs more memory than it may take ends in words',
      async () => {
        const big = { rows: 500_000, columns: 40, values: new Float32Array(20_000_000) };
        const greedy = trainInProcess(library, {
          ...request,
          matrix: big,
          labels: new Float32Array(big.rows),
          memory: 300e6,
        });
        await expect(greedy).rejects.toMatchObject({
          code: 'ENGINE_FAILED',
          message: expect.stringContaining('ran out of memory (std::bad_alloc)'),
        });
      },
    );

    test('what the library refuses is said in its words', async () => {
      const refused = { ...request, parameters: { ...parameters, maxDepth: -3 } };
      await expect(engine.train(refused)).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining('max_depth'),
      });
      const values = data.matrix.values.slice().fill(Infinity, 4, 5);
      const infinite = { ...request, matrix: { ...data.matrix, values } };
      await expect(engine.train(infinite)).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining('inf'),
      });
    });

    test('the variable names it, and auto takes it and says which', async () => {
      const found = await findLibrary({ HOOPDUCK_XGBOOST_LIB: library.path });
      expect(found).toEqual({
        library: { path: library.path, version: library.version },
        skipped: [],
      });
      expect(await chooseEngine('auto', async () => found)).toMatchObject({
        name: 'native',
        version: `libxgboost ${library.version}`,
        library: library.path,
        objectives: OBJECTIVES,
      });
    });
  });
}

const library = libraries[0];
const needsLibrary = test.skipIf(library === undefined);

needsLibrary('the process does not outlive its caller', async () => {
  // A caller that gives more work than could ever end, says the process, and is killed.
  const child = fileURLToPath(new URL('../../src/train/engines/native-child.mjs', import.meta.url));
  const job = {
    ...{ library: library!.path, rows: 100, columns: 1, rounds: 1e9, threads: 1 },
    ...{ settings: [], lengths: [100, 100] },
  };
  const caller = spawn(
    process.execPath,
    [
      '-e',
      `const child = require('node:child_process').spawn(process.execPath, [process.argv[1]], {
         stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
       child.stdio[3].write(process.argv[2] + '\\n');
       child.stdio[3].write(Buffer.alloc(800));
       child.stdio[3].on('data', (data) => { if (/"round"/.test(data)) console.log(child.pid); });`,
      child,
      JSON.stringify(job),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: caller.stdout! });
  const pid = await new Promise<number>((resolve) => lines.once('line', (l) => resolve(Number(l))));
  expect(isRunning(pid)).toBe(true);
  caller.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});

test('the variable is an order: a library that does not serve is an error, not skipped', async () => {
  const named = (path: string) => findLibrary({ HOOPDUCK_XGBOOST_LIB: path });
  const absent = join(folder, 'none.so');
  await expect(named(absent)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    exitCode: 2,
    message: `HOOPDUCK_XGBOOST_LIB names "${absent}", and there is no such file.`,
  });
  const text = join(folder, 'text.so');
  writeFileSync(text, 'not a library');
  await expect(named(text)).rejects.toThrow(
    `HOOPDUCK_XGBOOST_LIB names "${text}", which cannot be loaded: `,
  );
  await expect(named(anotherLibrary())).rejects.toThrow('XGBoostVersion');
  // None so old can be had for this platform: it only says its version here.
  const old = findLibrary({ HOOPDUCK_XGBOOST_LIB: text }, process.platform, async () => [1, 6, 2]);
  await expect(old).rejects.toThrow(
    `HOOPDUCK_XGBOOST_LIB names "${text}", which is version 1.6.2; 1.7 or newer was wanted.`,
  );
});

needsLibrary('a broken library is skipped with its reason, and the next one taken', async () => {
  const venv = inEnvironment('broken-venv', (path) => writeFileSync(path, 'not a library'));
  const conda = inEnvironment('conda', (path) => symlinkSync(library!.path, path));
  const found = await findLibrary({ VIRTUAL_ENV: venv, CONDA_PREFIX: conda });
  expect(found.library?.path).toBe(libraryPlaces({ CONDA_PREFIX: conda }, process.platform)[1]);
  expect(found.skipped).toEqual([expect.stringContaining('broken-venv')]);
  expect(found.skipped[0]).toContain('which cannot be loaded: ');
  const nothing = async () => ({ library: undefined, skipped: found.skipped });
  await expect(chooseEngine('native', nothing)).rejects.toThrow(
    `The engine "native" is not available: there is ${found.skipped[0]}.`,
  );
});

test('the active environment comes before the system, and the system before other Pythons', () => {
  const venv = inEnvironment('venv', () => {});
  const places = libraryPlaces({ VIRTUAL_ENV: venv, CONDA_PREFIX: '/conda', PATH: '' }, 'linux');
  const at = (path: string) => places.indexOf(path);
  expect(at(join(venv, 'lib/python3.11/site-packages/xgboost/lib/libxgboost.so'))).toBe(0);
  expect(at('/conda/lib/libxgboost.so')).toBeGreaterThan(0);
  expect(at('/usr/local/lib/libxgboost.so')).toBeGreaterThan(at('/conda/lib/libxgboost.so'));
  const apple = libraryPlaces({ PATH: '' }, 'darwin');
  expect(apple).toContain('/opt/homebrew/lib/libxgboost.dylib');
  expect(apple).toContain('/opt/homebrew/opt/xgboost/lib/libxgboost.dylib');
  expect(libraryPlaces({ VIRTUAL_ENV: 'C:/env' }, 'win32')).toEqual([
    join('C:/env', 'Lib', 'site-packages', 'xgboost', 'lib', 'xgboost.dll'),
  ]);
});

/** A Python environment whose xgboost has the library that `place` makes. */
function inEnvironment(name: string, place: (path: string) => void): string {
  const lib = join(folder, name, 'lib', 'python3.11', 'site-packages', 'xgboost', 'lib');
  mkdirSync(lib, { recursive: true });
  place(join(lib, 'libxgboost.so'));
  return join(folder, name);
}

/** A library that loads, and is not XGBoost. */
function anotherLibrary(): string {
  const packages = fileURLToPath(new URL('../../node_modules/@koromix', import.meta.url));
  const found = (readdirSync(packages, { recursive: true }) as string[]).find((path) =>
    path.endsWith('.node'),
  );
  return join(dirname(packages), '@koromix', found!);
}
