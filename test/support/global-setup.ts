import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { memoryFolder } from './memory-folder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The compiled command line, for tests that start it as a process. */
    cli: string;
  }
}

/** Where this process has compiled src/ to: every project of a run is set up here, and the first one compiles. */
const compiledTo = globalThis as { hoopduckCli?: string | undefined };

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Compiles src/ once, into a folder of this test run's own, so that runs side by side do not take each
 * other's away. Types are checked elsewhere (`npm run types`).
 */
export default function setup(project: TestProject): () => void {
  if (compiledTo.hoopduckCli !== undefined) {
    project.provide('cli', compiledTo.hoopduckCli);
    return () => {};
  }
  const folder = join(root, 'node_modules', '.cache', `hoopduck-cli-${process.pid}`);
  const dist = join(folder, 'dist');
  removeAbandoned(dirname(folder), /^hoopduck-cli-(\d+)$/);
  mkdirSync(dist, { recursive: true });
  removeAbandoned(dirname(memoryFolder), /^hoopduck-test-(\d+)$/);
  mkdirSync(memoryFolder, { recursive: true });
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(manifest), 'bin', 'tsc');
  const options = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', dist];
  const compiled = spawnSync(process.execPath, [tsc, ...options], { encoding: 'utf8' });
  const cli = join(dist, 'cli.js');
  if (!existsSync(cli)) throw new Error(`src/ does not compile: ${compiled.stdout}`);
  for (const entry of readdirSync(join(root, 'src'), { recursive: true }) as string[]) {
    if (['.sql', '.yaml', '.mjs'].includes(extname(entry))) {
      mkdirSync(dirname(join(dist, entry)), { recursive: true });
      cpSync(join(root, 'src', entry), join(dist, entry));
    }
  }
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  project.provide('cli', cli);
  compiledTo.hoopduckCli = cli;
  return () => {
    compiledTo.hoopduckCli = undefined;
    rmSync(folder, { recursive: true, force: true });
    if (memoryFolder !== tmpdir()) rmSync(memoryFolder, { recursive: true, force: true });
  };
}

/** Takes away what test runs left behind that were killed. */
function removeAbandoned(cache: string, mine: RegExp): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const pid = mine.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
