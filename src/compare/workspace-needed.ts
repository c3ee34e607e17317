import type { Config } from '../config/config.ts';
import { CONFIG_FILE } from '../config/workspace.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { SideContext } from './side.ts';

/**
 * The workspace whose part a side is.
 * @throws HoopduckError WORKSPACE_MISSING (exit 2) when there is none here
 */
export function needsWorkspace(side: string, { config, cwd }: SideContext): Config {
  if (config !== null) return config;
  throw new HoopduckError(
    'WORKSPACE_MISSING',
    `The side "${side}" is the workspace's, and there is no ${CONFIG_FILE} in "${cwd}" or above it.`,
    { next: 'Name the workspace with -C DIR, or name a path.', exitCode: EXIT.usage },
  );
}
