import { beforeAll, expect, test, vi } from 'vitest';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { killMany, undisturbed, waysHere } from './campaign/campaign.ts';
import { randomOf } from './campaign/random.ts';
import { SCENARIOS, Starts } from './campaign/scenarios.ts';

/** `npm run faults -- --kills 500 --seed 1` sets both; without it a few kills of each command, always the same. */
const KILLS = Number(process.env['HOOPDUCK_KILLS'] ?? 40);
const SEED = Number(process.env['HOOPDUCK_SEED'] ?? 1);
const ONLY = process.env['HOOPDUCK_KILLED'];
const isLong = KILLS > 40;

vi.setConfig({ testTimeout: isLong ? 8 * 3_600_000 : 300_000, hookTimeout: 300_000 });

const scenarios = SCENARIOS.filter(({ name }) => ONLY === undefined || name.startsWith(ONLY));
const share = sharesOf(KILLS);
const folder = lastingFolder();
let starts: Starts;

beforeAll(async () => {
  starts = await Starts.make(folder, new Set(share.keys()));
});

/** How often each command is killed: by its weight, each at least once. */
function sharesOf(kills: number): Map<string, number> {
  const total = scenarios.reduce((sum, { weight }) => sum + weight, 0);
  const shares = scenarios.map(({ weight }) => Math.max(1, Math.floor((kills * weight) / total)));
  for (let i = 0, rest = kills - shares.reduce((a, b) => a + b, 0); rest > 0; rest--) {
    shares[i++ % shares.length]! += 1;
  }
  return new Map(scenarios.map(({ name }, i) => [name, shares[i]!]));
}

test.for(scenarios)(
  'killed at any moment and started again, "$name" ends as if nothing had happened',
  async (scenario) => {
    const ways = waysHere(isLong);
    const before = await undisturbed(starts, scenario, ways);
    expect(before.measured.operations).toBeGreaterThan(5);
    const seed = SEED * 1000 + SCENARIOS.indexOf(scenario);
    await killMany(starts, scenario, {
      ...{ ways, before, seed },
      kills: share.get(scenario.name)!,
      chain: isLong ? 3 : 5,
      random: randomOf(seed),
    });
  },
);
