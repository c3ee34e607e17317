import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { emulatorHome, installEmulators } from '../../scripts/emulators.mjs';

/** A server that runs, or what is missing, in words. */
export interface Emulators {
  readonly bigquery:
    | {
        readonly project: string;
        readonly rest: string;
        readonly grpc: { readonly host: string; readonly port: number };
        /** Folder that stands for the buckets that BigQuery exports to. */
        readonly gcsRoot: string;
      }
    | { readonly missing: string };
  readonly gcs: { readonly url: string } | { readonly missing: string };
}

declare module 'vitest' {
  export interface ProvidedContext {
    emulators: Emulators;
  }
}

const HOST = '127.0.0.1';
const PROJECT = 'hoopduck-test';
const UP_WITHIN_MS = 60_000;
const guard = fileURLToPath(new URL('emulator-guard.mjs', import.meta.url));

/**
 * Starts bqemulator and fake-gcs-server for all tests of a run, on free ports, and stops them. The first
 * is one event loop: a slow query holds every other call, so tests share it but not their datasets.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-emulators-'));
  const running: ChildProcess[] = [];
  const start = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [guard, program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    running.push(child);
    return child;
  };
  const installed = await installEmulators();
  const emulators: Emulators = {
    bigquery: await startBigQuery(installed.bigquery, folder, start),
    gcs: await startGcs(installed.gcs, start),
  };
  project.provide('emulators', emulators);
  return async () => {
    await Promise.all(
      running.map((child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        if (child.exitCode !== null) return undefined;
        child.stdin?.end();
        return ended;
      }),
    );
    rmSync(folder, { recursive: true, force: true });
  };
}

type Start = (program: string, args: readonly string[], env?: NodeJS.ProcessEnv) => ChildProcess;
type Installed = { path: string } | { missing: string };

async function startBigQuery(
  installed: Installed,
  folder: string,
  start: Start,
): Promise<Emulators['bigquery']> {
  if ('missing' in installed) return installed;
  const [restPort, grpcPort] = [await freePort(), await freePort()];
  const gcsRoot = join(folder, 'gcs');
  const args = [
    'start',
    '--project',
    PROJECT,
    '--rest-port',
    `${restPort}`,
    '--grpc-port',
    `${grpcPort}`,
  ];
  const child = start(installed.path, args, { HOME: emulatorHome, BQEMU_GCS_LOCAL_ROOT: gcsRoot });
  const rest = `http://${HOST}:${restPort}`;
  const missing = await answers(child, `${rest}/bigquery/v2/projects/${PROJECT}/datasets`);
  if (missing !== undefined) return { missing: `bqemulator does not answer: ${missing}` };
  return { project: PROJECT, rest, grpc: { host: HOST, port: grpcPort }, gcsRoot };
}

async function startGcs(installed: Installed, start: Start): Promise<Emulators['gcs']> {
  if ('missing' in installed) return installed;
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const child = start(installed.path, [
    '-scheme',
    'http',
    '-host',
    HOST,
    '-port',
    `${port}`,
    '-public-host',
    `${HOST}:${port}`,
    '-backend',
    'memory',
  ]);
  const missing = await answers(child, `${url}/storage/v1/b?project=test`);
  return missing === undefined
    ? { url }
    : { missing: `fake-gcs-server does not answer: ${missing}` };
}

/** Waits until a server answers; says what is wrong when it does not. */
async function answers(child: ChildProcess, url: string): Promise<string | undefined> {
  const until = performance.now() + UP_WITHIN_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) return `it ended with ${child.exitCode}`;
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return undefined;
    await sleep(100);
  }
  return `nothing came within ${UP_WITHIN_MS / 1000} s`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
