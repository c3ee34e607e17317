import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXIT, HoopduckError } from '../errors.ts';

/** Name of the file that makes a folder a workspace. */
export const CONFIG_FILE = 'hoopduck.yaml';

/**
 * The folder of the workspace: `flag` (-C) exactly, else the nearest one with hoopduck.yaml from
 * `cwd` upwards.
 * @throws HoopduckError WORKSPACE_MISSING (exit 2).
 */
export function findWorkspace(cwd: string, flag?: string): string {
  if (flag !== undefined) {
    const folder = resolve(cwd, flag);
    if (existsSync(join(folder, CONFIG_FILE))) return folder;
    throw missing(`The folder "${folder}" has no ${CONFIG_FILE}.`);
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, CONFIG_FILE))) return folder;
    if (folder === dirname(folder)) {
      throw missing(`No ${CONFIG_FILE} in "${resolve(cwd)}" or above it.`);
    }
  }
}

function missing(message: string): HoopduckError {
  return new HoopduckError('WORKSPACE_MISSING', message, {
    next: 'Make a workspace with "hoopduck init DIR --warehouse PATH", or name one with -C DIR.',
    exitCode: EXIT.usage,
  });
}
