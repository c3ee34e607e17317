import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { killMany, undisturbed, waysHere } from './campaign/campaign.ts';
import { fewStarts } from './campaign/few-starts.ts';
import { randomOf } from './campaign/random.ts';
import { SCENARIOS, Starts } from './campaign/scenarios.ts';

/** `npm run faults -- --kills 500 --seed 1` sets both; without it forty kills, always the same. */
const KILLS = Number(process.env['HOOPDUCK_KILLS'] ?? 40);
const SEED = Number(process.env['HOOPDUCK_SEED'] ?? 1);
/** Beginnings of the names of the only commands to kill, in this order; which moments are chosen does not depend on it. */
const ONLY = (process.env['HOOPDUCK_KILLED'] ?? '').split(',');
const isLong = KILLS > 40;

vi.setConfig({ testTimeout: isLong ? 8 * 3_600_000 : 300_000, hookTimeout: 600_000 });

const scenarios = SCENARIOS.map((scenario) => ({
  ...scenario,
  share: isLong ? scenario.weight : scenario.short,
})).filter(({ share }) => share > 0);
const kills = sharesOf(KILLS);
const folder = lastingFolder();
let starts: Starts;

beforeAll(async () => {
  const workspace = join(folder, 'workspace');
  if (isLong) {
    starts = new Starts(folder, workspace);
    await starts.makeAll();
  } else {
    starts = await fewStarts(workspace);
  }
});

/** How often each command is killed: by its share, each at least once. */
function sharesOf(all: number): Map<string, number> {
  const total = scenarios.reduce((sum, { share }) => sum + share, 0);
  const shares = scenarios.map(({ share }) => Math.max(1, Math.floor((all * share) / total)));
  const rest = all - shares.reduce((a, b) => a + b, 0);
  return new Map(scenarios.map(({ name }, i) => [name, shares[i]! + (i < rest ? 1 : 0)]));
}

test.for(ONLY.flatMap((only) => scenarios.filter(({ name }) => name.startsWith(only))))(
  'killed at any moment and started again, $name ends as if nothing had happened',
  async (scenario) => {
    const ways = waysHere(isLong);
    const before = await undisturbed(starts, scenario, ways);
    expect(before.measured.operations).toBeGreaterThan(5);
    const seed = SEED * 1000 + SCENARIOS.findIndex(({ name }) => name === scenario.name);
    await killMany(starts, scenario, {
      ...{ ways, before, seed },
      kills: kills.get(scenario.name)!,
      chain: isLong ? 3 : 10,
      random: randomOf(seed),
    });
  },
);
