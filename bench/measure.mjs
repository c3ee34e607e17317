// What the benchmarks share: a whole process timed from outside with its own account of memory and processor
// time, medians, ratios, and tables as text.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const realWarehouse = join(root, '..', 'shared', 'data', 'warehouse');

/** The child says at its end what it used: peak memory and processor time are its own, not those of all children. */
const ACCOUNT = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nused '+u.maxRSS+' '+(u.userCPUTime+u.systemCPUTime)+'\\n')})`;

/**
 * Runs hoopduck in a process of its own.
 * @param options.exits exit codes that are expected; default 0
 * @param options.watch a folder whose largest size while the process runs is reported as `watched`
 */
export async function hoopduck(workspace, args, { dist, cwd, exits = [0], watch } = {}) {
  const cli = join(dist ?? join(root, 'dist'), 'cli.js');
  const place = workspace === null ? [] : ['-C', workspace];
  const argv = ['--import', ACCOUNT, cli, ...place, ...args, '--json'];
  const result = await run(process.execPath, argv, { cwd, exits, watch });
  return { ...result, document: JSON.parse(result.stdout) };
}

/** Runs a command; `used PEAK_KB CPU_MICROSECONDS` in what it writes to stderr is its own account. */
export async function run(command, args, { cwd, env, exits = [0], watch } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      out[name] += text;
    });
  }
  let watched = 0;
  let running = true;
  const exit = new Promise((done, fail) => child.on('error', fail).on('close', done));
  exit.finally(() => {
    running = false;
  });
  while (watch !== undefined && running) {
    watched = Math.max(watched, sizeOf(watch));
    await Promise.race([sleep(50), exit]);
  }
  const code = await exit;
  const seconds = (performance.now() - started) / 1000;
  if (!exits.includes(code)) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${code}:\n${out.stderr.slice(-3000)}${out.stdout.slice(-3000)}`,
    );
  }
  const account = /used (\d+) (\d+)/.exec(out.stderr);
  return {
    ...out,
    code,
    seconds,
    peak: Number(account?.[1] ?? 0) / 1024,
    cpu: Number(account?.[2] ?? 0) / 1e6,
    watched: watched / 1e6,
  };
}

/** Bytes in a folder and below; 0 when it is not there. */
export function sizeOf(path) {
  try {
    const state = statSync(path);
    if (!state.isDirectory()) return state.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch {
    return 0; // Temporary files come and go while they are counted.
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `12.3 (11.9 to 14.0)`: median, minimum and maximum. */
export function spread(values, digits = 1) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((v) => v.toFixed(digits));
  return values.length === 1 ? low : `${median(values).toFixed(digits)} (${low} to ${high})`;
}

/** Medians of the ratios run by run, which hold when the machine's speed drifts. */
export function ratio(values, against) {
  return median(values.map((value, i) => value / against[i]));
}

export function markdown(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  const line = (row) => `| ${row.map((cell, i) => String(cell).padEnd(widths[i])).join(' | ')} |`;
  return [
    line(rows[0]),
    `| ${widths.map((n) => '-'.repeat(n)).join(' | ')} |`,
    ...rows.slice(1).map(line),
  ].join('\n');
}

export function heading(...more) {
  const date = new Date().toISOString().slice(0, 10);
  console.log(
    [date, `Node ${process.version}`, `${cpus().length} cores, ${cpus()[0]?.model}`, ...more].join(
      ', ',
    ),
  );
}

/** `--name value` and `--flag` of the command line; the rest are positional. */
export function dist(values) {
  return values.dist === undefined ? join(root, 'dist') : resolve(values.dist);
}
