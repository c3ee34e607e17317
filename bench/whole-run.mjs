// Ten real seasons from empty, then the same again: seconds of each stage, peak memory, whole-process time.
// Usage: node bench/whole-run.mjs [warehouse folder]
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as measure from './measure.mjs';

const warehouse = resolve(process.argv[2] ?? measure.realWarehouse);
if (!existsSync(warehouse)) {
  console.error(`There is no warehouse at "${warehouse}".`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const options = { cwd: scratch, exits: [0, 1] };
try {
  measure.heading();
  await measure.hoopduck(
    null,
    ['init', 'w', '--warehouse', warehouse, '--push-to', 'out'],
    options,
  );
  for (const title of ['from empty', 'the same again']) {
    const { seconds, cpu, peak, document } = await measure.hoopduck(
      'w',
      ['run', '--push'],
      options,
    );
    console.log(
      `\n${title}: ${seconds.toFixed(1)} s, processor ${cpu.toFixed(1)} s, peak ${Math.round(peak)} MB, exit ${document.exit_code}`,
    );
    for (const stage of document.stages) {
      console.log(
        `  ${stage.name.padEnd(10)} ${stage.seconds.toFixed(1).padStart(6)} s  ${stage.status}`,
      );
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
