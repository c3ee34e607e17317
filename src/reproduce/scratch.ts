import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kindOfPath } from '../config/path-kind.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { isRunning } from '../replica/is-running.ts';

/** Beginning of the names of scratch places; the process that made one follows its run. */
const PREFIX = 'reproduce-';

/** A place in which a run is made again. */
export interface Scratch {
  readonly folder: string;
  /** Takes it away; a second call does nothing. */
  remove(): void;
}

/**
 * Makes the scratch place of a run: `into`, or a folder beside the replica. Unless it is to be kept it goes away when
 * the process ends, too. Those of processes that were killed go first: each is as large as a replica.
 * @throws HoopduckError SCRATCH_TAKEN (exit 2) when `into` holds something
 */
export function makeScratch(
  workspace: string,
  runId: string,
  options: { readonly into?: string | undefined; readonly cwd: string; readonly keep: boolean },
): Scratch {
  const { into, keep } = options;
  const own = keep ? `reproduced-${runId}` : `${PREFIX}${runId}-${process.pid}`;
  const folder = into === undefined ? join(workspace, 'data', own) : resolve(options.cwd, into);
  const wasThere = existsSync(folder);
  if (wasThere && (kindOfPath(folder) !== 'folder' || readdirSync(folder).length > 0)) {
    throw new HoopduckError(
      'SCRATCH_TAKEN',
      `"${folder}" is not empty; an empty folder was wanted.`,
      {
        next: 'Take it away, or name another one with --into.',
        exitCode: EXIT.usage,
      },
    );
  }
  for (const path of abandonedScratch(workspace)) rmSync(path, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const remove = (): void => {
    process.off('exit', remove);
    if (!wasThere) rmSync(folder, { recursive: true, force: true });
    else for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  };
  if (!keep) process.on('exit', remove);
  return { folder, remove };
}

/** Scratch places in a workspace whose process is gone. */
export function abandonedScratch(workspace: string): string[] {
  const data = join(workspace, 'data');
  return (existsSync(data) ? readdirSync(data) : [])
    .filter((name) => {
      const pid = new RegExp(`^${PREFIX}.*-(\\d+)$`).exec(name)?.[1];
      return pid !== undefined && !isRunning(Number(pid));
    })
    .map((name) => join(data, name));
}
