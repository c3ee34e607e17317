import { expect, inject } from 'vitest';
import { brokenAfterKill, type Held, heldBy } from './held.ts';
import {
  canTrace,
  chooseMoment,
  countCalls,
  type Measure,
  measure,
  start,
  type Way,
} from './kill.ts';
import type { Random } from './random.ts';
import type { Scenario, Starts } from './scenarios.ts';
import { tell } from './tally.ts';

/** An undisturbed run of a scenario: what it took, and what was there after it. */
export interface Undisturbed {
  readonly measured: Measure;
  readonly held: Held;
}

/** Runs a scenario undisturbed; system calls are counted only where kills are planned by them. */
export async function undisturbed(
  starts: Starts,
  scenario: Scenario,
  ways: readonly Way[],
): Promise<Undisturbed> {
  const { args } = scenario;
  const { workspace } = starts;
  const cli = inject('cli');
  starts.put(scenario);
  const { milliseconds, operations, ended } = await measure(cli, args, workspace);
  expect(ended, scenario.name).toMatchObject({ code: 0, signal: null });
  const held = await heldBy(workspace);
  expect(held.findings, scenario.name).toEqual([]);
  let calls: Record<string, number> = {};
  if (ways.includes('system call')) {
    starts.put(scenario);
    calls = await countCalls(cli, args, workspace);
  }
  return { measured: { milliseconds, operations, calls }, held };
}

/** The ways of this machine. */
export function waysHere(isLong: boolean): readonly Way[] {
  return isLong && canTrace ? ['time', 'operation', 'system call'] : ['time', 'operation'];
}

/**
 * Kills a scenario's command so many times, in chains: the command is killed, started again and killed again, then started and
 * left alone. After each kill what is there must be whole; after each chain it must be what an undisturbed run leaves.
 * @param chain the longest chain
 */
export async function killMany(
  starts: Starts,
  scenario: Scenario,
  options: {
    readonly kills: number;
    readonly chain: number;
    readonly ways: readonly Way[];
    readonly random: Random;
    readonly before: Undisturbed;
    readonly seed: number;
  },
): Promise<void> {
  const { kills, chain, ways, random, before, seed } = options;
  const { workspace } = starts;
  const cli = inject('cli');
  const lost: string[] = [];
  let done = 0;
  for (let attempt = 0; done < kills && attempt < 4 * kills; ) {
    starts.put(scenario);
    const story: { way: Way; text: string }[] = [];
    const faults: string[] = [];
    const length = Math.min(random.whole(1, chain), kills - done);
    while (story.length < length && attempt++ < 4 * kills) {
      const moment = chooseMoment(random, random.pick(ways), before.measured);
      const ended = await moment.run(cli, scenario.args, workspace);
      if (ended.signal === 'SIGKILL') {
        story.push({ way: moment.way, text: moment.text });
        faults.push(...(await brokenAfterKill(workspace).catch((error) => [String(error)])));
      } else if (ended.code !== 0) {
        faults.push(`it failed by itself, ${moment.text}: ${ended.said}`);
      }
      // It came to its end before the moment.
      if (ended.signal !== 'SIGKILL') break;
    }
    if (story.length === 0 && faults.length === 0) continue;
    faults.push(...(await faultsAfterRerun(cli, scenario, workspace, before.held)));
    done += story.length;
    for (const { way, text } of story) {
      tell({
        kind: `SIGKILL, by ${way}`,
        where: scenario.name,
        survived: faults.length === 0,
        detail: text,
        seed,
        ...(faults.length > 0 && { faults }),
      });
    }
    if (faults.length > 0) lost.push(JSON.stringify({ story, faults }));
  }
  expect(lost, `${scenario.name}, seed ${seed}`).toEqual([]);
  expect(done, `kills of ${scenario.name}`).toBe(kills);
}

/** Starts a command again without a fault, and says what is then not as an undisturbed run leaves it. */
export async function faultsAfterRerun(
  cli: string,
  scenario: Scenario,
  workspace: string,
  wanted: Held,
): Promise<string[]> {
  const { code, said } = await start(cli, scenario.args, workspace);
  if (code !== 0) return [`started again it ended with ${code}: ${said}`];
  const held = await heldBy(workspace);
  const faults = [...held.findings];
  for (const part of ['partitions', 'models', 'pushed'] as const) {
    for (const name of new Set([...Object.keys(wanted[part]), ...Object.keys(held[part])])) {
      const [is, was] = [held[part][name], wanted[part][name]];
      if (is !== was) faults.push(`${part} ${name}: ${is} where ${was} was wanted`);
    }
  }
  faults.push(...leftovers(held.files, wanted.files));
  return faults;
}

/** Files that an undisturbed run does not leave, or not as many of. */
function leftovers(files: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(wanted);
  const tooMany = (path: string) =>
    path.startsWith('data/inputs/') &&
    files.filter((each) => each === path).length > wanted.filter((each) => each === path).length;
  return [...new Set(files)]
    .filter((path) => !known.has(path) || tooMany(path))
    .filter((path) => !MAY_COME.test(path))
    .map((path) => `left over: ${path}`);
}

/** What a rerun has more of by design: what a killed push replaced, and backups made before. */
const MAY_COME = /^data\/(backups\/RUN-\d+|workspace-backups\/BACKUP)\//;
