// A backup of ten real seasons, its proof, and its restoring: seconds, sizes, and whether every digest is equal.
// Usage: node bench/backup.mjs [warehouse folder] [--workspace DIR, made and transformed before] [--repetitions 3]
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import * as measure from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workspace: { type: 'string' },
    repetitions: { type: 'string', default: '3' },
    dist: { type: 'string' },
  },
});
const warehouse = resolve(positionals[0] ?? measure.realWarehouse);
const dist = measure.dist(values);
if (values.workspace === undefined && !existsSync(warehouse)) {
  console.error(`There is no warehouse at "${warehouse}".`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const options = { dist, cwd: scratch };
try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  measure.heading('ten seasons, backup into a folder of the same disk');
  const workspace = join(scratch, 'w');
  if (values.workspace === undefined) {
    await measure.hoopduck(null, ['init', 'w', '--warehouse', warehouse], options);
    await measure.hoopduck('w', ['sync'], options);
    await measure.hoopduck('w', ['transform'], options);
  } else {
    cpSync(resolve(values.workspace), workspace, { recursive: true });
  }
  const runs = { backup: [], 'backup --check': [], restore: [] };
  let size = 0;
  for (let i = 0; i < Number(values.repetitions); i++) {
    const to = join(scratch, 'backups');
    runs.backup.push(await measure.hoopduck('w', ['backup', '--to', to], options));
    size = measure.sizeOf(to);
    runs['backup --check'].push(
      await measure.hoopduck('w', ['backup', '--check', '--to', to], options),
    );
    const into = join(scratch, 'restored');
    runs.restore.push(
      await measure.hoopduck(null, ['restore', '--from', to, '--into', into], options),
    );
    const { partitions, differ } = await compare(workspace, into);
    console.log(`restored: ${partitions} partitions, ${differ} differ in digest or rows`);
    if (differ > 0) process.exitCode = 1;
    if (i + 1 < Number(values.repetitions)) rmSync(into, { recursive: true });
    rmSync(to, { recursive: true });
  }
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(`\nworkspace ${megabytes(measure.sizeOf(workspace))}, backup ${megabytes(size)}`);
  console.log(
    measure.markdown([
      ['', 'seconds', 'processor, s', 'peak MB'],
      ...Object.entries(runs).map(([name, of]) => [
        name,
        measure.spread(of.map((run) => run.seconds)),
        measure.spread(of.map((run) => run.cpu)),
        Math.round(Math.max(...of.map((run) => run.peak))),
      ]),
    ]),
  );
}

/** Partitions of both replicas, and those whose digest or number of rows is not the same. */
async function compare(a, b) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const [name, folder] of Object.entries({ a, b })) {
    await connection.run(
      `ATTACH '${join(folder, 'data', 'replica.duckdb')}' AS ${name} (READ_ONLY)`,
    );
  }
  const reader = await connection.runAndReadAll(
    `SELECT count(*), count(*) FILTER (a.digest IS DISTINCT FROM b.digest OR a.rows IS DISTINCT FROM b.rows)
     FROM a.hoopduck.partition AS a FULL JOIN b.hoopduck.partition AS b USING (table_name, game_date)`,
  );
  const [partitions, differ] = reader.getRows()[0].map(Number);
  // Until then this process holds the replicas.
  connection.closeSync();
  instance.closeSync();
  return { partitions, differ };
}
