// Puts the XGBoost libraries that tests train with into .emulators/xgboost-libraries/ of this checkout:
// `node scripts/xgboost-libraries.mjs install`. Two wheels from PyPI, each in a virtual environment whose Python
// reads our models in tests too, and Debian's own build where apt has that very version. What cannot be had is
// said in words.
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attempt, findPython, install, run } from './emulators.mjs';

const folder = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  '.emulators',
  'xgboost-libraries',
);

/** Without their other dependencies: the wheel of 3.2 wants a GPU library that training on the CPU does not. */
const wheels = {
  '1.7.6': ['xgboost==1.7.6', 'numpy==2.3.5', 'scipy==1.16.3'],
  '3.2.0': ['xgboost==3.2.0', 'numpy==2.3.5', 'scipy==1.16.3'],
};
/** With what it needs and a bare machine may lack. */
const debian = ['libxgboost0=1.7.4-1', 'libdmlc0=0.5-1', 'libgomp1'];

/** Of each library its folder, or what is missing in words. */
export async function installLibraries() {
  mkdirSync(folder, { recursive: true });
  const found = {};
  for (const version of Object.keys(wheels)) {
    found[`wheel-${version}`] = await attempt(() => installWheel(version));
  }
  found['debian-1.7.4'] = await attempt(installDebian);
  return found;
}

function installWheel(version) {
  const packages = wheels[version];
  return install(join(folder, `wheel-${version}`), packages.join(' '), async (venv) => {
    await run(await findPython(), ['-m', 'venv', venv], 'a virtual environment cannot be made');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await run(join(venv, 'bin', 'python'), [...pip, ...packages], 'pip cannot install it');
  });
}

function installDebian() {
  return install(join(folder, 'debian-1.7.4'), debian.join(' '), async (place) => {
    for (const name of debian) {
      await run('apt-get', ['download', name], `apt has no ${name}`, process.env, place);
    }
    for (const file of readdirSync(place).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(place, file), place], `${file} cannot be unpacked`);
    }
  });
}

/**
 * The libraries that are there now: path of the file, folder to put into LD_LIBRARY_PATH, and the Python
 * beside it. Nothing is installed.
 */
export function presentLibraries() {
  const present = [];
  for (const version of Object.keys(wheels)) {
    const venv = join(folder, `wheel-${version}`);
    if (!existsSync(join(venv, 'version.txt'))) continue;
    for (const name of readdirSync(join(venv, 'lib'))) {
      const lib = join(venv, 'lib', name, 'site-packages', 'xgboost', 'lib');
      const file = ['libxgboost.so', 'libxgboost.dylib'].find((f) => existsSync(join(lib, f)));
      if (file === undefined) continue;
      present.push({ version, path: join(lib, file), python: join(venv, 'bin', 'python') });
    }
  }
  const place = join(folder, 'debian-1.7.4');
  if (existsSync(join(place, 'version.txt'))) {
    for (const triple of readdirSync(join(place, 'usr', 'lib'))) {
      const beside = join(place, 'usr', 'lib', triple);
      const path = join(beside, 'libxgboost.so.0');
      if (existsSync(path)) present.push({ version: '1.7.4', path, beside });
    }
  }
  return present;
}

/** Wheels that are not there, by version; with CI=true that fails the tests. */
export function absentWheels() {
  const present = presentLibraries().map(({ version }) => version);
  return Object.keys(wheels).filter((version) => !present.includes(version));
}

const isProgram =
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url));
if (isProgram) {
  if (process.argv[2] !== 'install') {
    console.error('node scripts/xgboost-libraries.mjs install');
    process.exit(2);
  }
  const found = await installLibraries();
  for (const [name, { path, missing }] of Object.entries(found)) {
    console.log(path === undefined ? `${name}: missing, ${missing}` : `${name}: ${path}`);
  }
  // Debian's build is a third sight of 1.7, for machines that have it.
  if (absentWheels().length > 0) process.exitCode = 1;
}
