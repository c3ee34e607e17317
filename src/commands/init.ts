import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { initTemplate, isRemote, locationLines } from '../config/init-template.ts';
import { kindOfPath } from '../config/path-kind.ts';
import { visible } from '../config/visible.ts';
import { CONFIG_FILE } from '../config/workspace.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { usageError } from './options.ts';

interface InitOptions {
  readonly dir?: string;
  readonly warehouse?: string;
  readonly pushTo?: string;
}

/**
 * Makes a workspace. Paths are relative to the caller's folder and are stored absolute unless they
 * lie inside the workspace. An existing hoopduck.yaml is refused (exit 4) and left as it is.
 */
export async function execute(options: InitOptions, env: CommandEnvironment): Promise<Outcome> {
  const folder = resolve(env.cwd, options.dir ?? env.workspaceFlag ?? '.');
  const file = join(folder, CONFIG_FILE);
  if (existsSync(file)) throw alreadyThere(file);
  const { warehouse: from, pushTo } = await locationsOf(options, env);
  const warehouse = warehouseAt(env, from);
  const push = pushTo === undefined ? undefined : located(env, pushTo, '--push-to');
  makeFolder(folder, options.dir ?? '.');
  const text = initTemplate({
    warehouse: storedPath(folder, warehouse),
    push: push === undefined ? undefined : storedPath(folder, push),
  });
  writeNew(file, text);
  ignoreData(join(folder, '.gitignore'));
  if (!isRemote(warehouse) && !existsSync(join(warehouse, 'nba_raw'))) {
    env.report.warn(
      `The warehouse "${warehouse}" has no dataset "nba_raw" yet. Its tables belong in "${join(warehouse, 'nba_raw')}".`,
    );
  }
  const here = relative(env.cwd, folder) || '.';
  return {
    exitCode: EXIT.done,
    json: { workspace: folder, file, warehouse, push: push ?? null },
    text: (style) =>
      [
        `${style.green('Made')} ${file}`,
        `  reads   ${warehouse}`,
        ...(push === undefined ? [] : [`  pushes  ${push}`]),
        '',
        `Next: ${style.bold(`hoopduck -C ${here} doctor`)} checks it, ${style.bold(`hoopduck -C ${here} run`)} runs the pipeline.`,
      ].join('\n'),
  };
}

/** What was given, or on a terminal what a person answers; a script gets a usage error instead of a question. */
async function locationsOf(
  options: InitOptions,
  env: CommandEnvironment,
): Promise<{ warehouse: string; pushTo: string | undefined }> {
  const { warehouse, pushTo } = options;
  if (warehouse !== undefined) return { warehouse, pushTo };
  const { openPrompt } = await import('../console/prompt.ts');
  const prompt = env.json ? null : await openPrompt();
  if (prompt === null) {
    throw usageError(
      'The option "--warehouse" is missing: the folder that holds <dataset>/<table>/*.parquet. On a terminal "hoopduck init" asks for it.',
      'init',
    );
  }
  try {
    const { askLocations } = await import('./init-questions.ts');
    const answers = await askLocations(prompt, env.cwd, (option, text) => {
      if (option === '--warehouse') warehouseAt(env, text);
      else located(env, text, option);
    });
    return { ...answers, pushTo: pushTo ?? answers.pushTo };
  } finally {
    prompt.close();
  }
}

/** The warehouse's location; a folder must be there. */
function warehouseAt(env: CommandEnvironment, text: string): string {
  const warehouse = located(env, text, '--warehouse');
  if (isRemote(warehouse) || kindOfPath(warehouse) === 'folder') return warehouse;
  throw new HoopduckError(
    'WAREHOUSE_MISSING',
    `The option "--warehouse" is "${text}"; an existing folder was wanted, and "${warehouse}" is none.`,
    {
      next: 'Name the folder, or make one with "hoopduck sample DIR".',
      exitCode: EXIT.usage,
    },
  );
}

/** A path from the caller's folder, or a location over the network as it is. */
function located(env: CommandEnvironment, location: string, option: string): string {
  const path = isRemote(location) ? location : resolve(env.cwd, location);
  if (/\p{Control}/u.test(path)) {
    throw usageError(
      `The option "${option}" is "${visible(path)}"; a path without line ends and other control letters was wanted.`,
      'init',
    );
  }
  if (!isRemote(location)) return path;
  if (locationLines(location) !== undefined) return location;
  throw usageError(
    `The option "${option}" is "${location}"; a folder, gs://bucket/prefix or bigquery://project/dataset_prefix was wanted.`,
    'init',
  );
}

/** A path inside the workspace is kept relative, so that the folder can be moved. */
function storedPath(folder: string, path: string): string {
  if (isRemote(path)) return path;
  const inner = relative(folder, path);
  if (inner === '') return '.';
  return inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner) ? path : inner;
}

function makeFolder(folder: string, name: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new HoopduckError(
      'WORKSPACE_UNWRITABLE',
      `The folder "${name}" cannot be made: ${messageOf(error)}`,
      { next: 'Choose a folder that you may write to.', exitCode: EXIT.usage, cause: error },
    );
  }
}

/** Writes the file only if there is none, even when another process makes one meanwhile. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(file);
    throw new HoopduckError(
      'WORKSPACE_UNWRITABLE',
      `The file "${file}" cannot be written: ${messageOf(error)}`,
      { next: 'Choose a folder that you may write to.', exitCode: EXIT.usage, cause: error },
    );
  }
}

/** The replica and the artefacts are no matter for git. */
function ignoreData(file: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.split(/\r?\n/).includes('data/')) return;
  writeFileSync(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}data/\n`);
}

function alreadyThere(file: string): HoopduckError {
  return new HoopduckError(
    'WORKSPACE_EXISTS',
    `There is already a "${file}"; it was left as it is.`,
    {
      next: 'Edit it, or choose another folder.',
      exitCode: EXIT.refused,
    },
  );
}
