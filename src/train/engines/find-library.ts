import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { runNative } from './native-process.ts';

/** A native library that loads and is new enough. */
export interface NativeLibrary {
  readonly path: string;
  /** `1.7.4` */
  readonly version: string;
}

/** Outcome of the search: the first that serves, and of each before it why it does not. */
export interface LibrarySearch {
  readonly library: NativeLibrary | undefined;
  readonly skipped: readonly string[];
}

/** The environment variable that names the library, before every other place. */
export const LIBRARY_VARIABLE = 'HOOPDUCK_XGBOOST_LIB';

/** Since 1.7 absolute error is an objective. */
const OLDEST = [1, 7] as const;

/**
 * The first native library of the search order (docs/engines.md) that loads and is of 1.7 or newer.
 * Each is loaded in a process of its own, so that a broken one cannot end this one. What
 * HOOPDUCK_XGBOOST_LIB names is the only one looked at: rejects with ENGINE_UNAVAILABLE (exit 2) when
 * it does not serve.
 */
export async function findLibrary(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  versionOf = loadedVersion,
): Promise<LibrarySearch> {
  const named = env[LIBRARY_VARIABLE];
  if (named !== undefined && named !== '') {
    const found = await look(named, versionOf);
    if (typeof found !== 'string') return { library: found, skipped: [] };
    throw new HoopduckError('ENGINE_UNAVAILABLE', `${LIBRARY_VARIABLE} names ${found}.`, {
      next: `Name a libxgboost of 1.7 or newer in ${LIBRARY_VARIABLE}, or unset it, or use --engine wasm.`,
      exitCode: EXIT.usage,
    });
  }
  const skipped: string[] = [];
  for (const path of libraryPlaces(env, platform)) {
    if (!existsSync(path)) continue;
    const found = await look(path, versionOf);
    if (typeof found !== 'string') return { library: found, skipped };
    skipped.push(found);
  }
  return { library: undefined, skipped };
}

/** Why the file does not serve, or the library. */
async function look(
  path: string,
  versionOf: typeof loadedVersion,
): Promise<NativeLibrary | string> {
  if (!existsSync(path)) return `"${path}", and there is no such file`;
  const version = await versionOf(path);
  if (typeof version === 'string') return `"${path}", which cannot be loaded: ${version}`;
  const [major, minor] = version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `"${path}", which is version ${version.join('.')}; ${OLDEST.join('.')} or newer was wanted`;
  }
  return { path, version: version.join('.') };
}

/** What the library says when it is loaded, in a process of its own; or why it could not be. */
async function loadedVersion(path: string): Promise<readonly [number, number, number] | string> {
  const nothing = { rows: 0, columns: 0, settings: [], rounds: 0, threads: 1, arrays: [] };
  try {
    const { version, failed, ended } = await runNative({ library: path, ...nothing });
    if (version !== undefined) return version;
    return failed?.split('\n')[0] ?? `its process ended with ${ended?.signal ?? ended?.code}`;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Where a library may lie, in the order of the search: the active Python or Conda environment, the
 * system's own, Homebrew's, and the site-packages of the user's and the system's Pythons.
 */
export function libraryPlaces(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const file =
    platform === 'win32' ? 'xgboost.dll' : `libxgboost.${platform === 'darwin' ? 'dylib' : 'so'}`;
  const inPrefix = (prefix: string) =>
    sitePackages(prefix, platform).map((folder) => join(folder, 'xgboost', 'lib', file));

  const places: string[] = [];
  const { VIRTUAL_ENV: venv, CONDA_PREFIX: conda } = env;
  if (venv) places.push(...inPrefix(venv));
  if (conda) {
    places.push(
      join(conda, platform === 'win32' ? 'Library/bin' : 'lib', file),
      ...inPrefix(conda),
    );
  }
  if (platform === 'linux') {
    for (const triple of namesIn('/usr/lib').filter((name) => name.endsWith('-linux-gnu'))) {
      places.push(join('/usr/lib', triple, 'libxgboost.so.0'), join('/usr/lib', triple, file));
    }
  }
  if (platform !== 'win32') {
    const folders = ['/usr/local/lib', '/usr/lib64', '/usr/lib', '/opt/homebrew/lib'];
    places.push(...folders.map((folder) => join(folder, file)), '/usr/lib/libxgboost.so.0');
    places.push(...['/opt/homebrew', '/usr/local'].map((p) => join(p, 'opt/xgboost/lib', file)));
    places.push(...inPrefix(join(homedir(), '.local')));
  }
  const python = pythonPrefix(env, platform);
  if (python !== undefined) places.push(...inPrefix(python));
  places.push(...['/usr/local', '/usr'].flatMap((p) => (platform === 'win32' ? [] : inPrefix(p))));
  return [...new Set(places)];
}

/** Folders of installed packages under the prefix of a Python. */
function sitePackages(prefix: string, platform: NodeJS.Platform): string[] {
  if (platform === 'win32') return [join(prefix, 'Lib', 'site-packages')];
  return namesIn(join(prefix, 'lib'))
    .filter((name) => name.startsWith('python3'))
    .flatMap((name) =>
      ['site-packages', 'dist-packages'].map((folder) => join(prefix, 'lib', name, folder)),
    );
}

/** Of the first Python on the PATH. */
function pythonPrefix(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const windows = platform === 'win32';
  const folder = (env['PATH'] ?? '')
    .split(delimiter)
    .find((entry) => entry !== '' && existsSync(join(entry, windows ? 'python.exe' : 'python3')));
  if (folder === undefined) return undefined;
  return windows ? folder : dirname(folder);
}

/** Sorted, so that the same machine gives the same order; none where there is no such folder. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
