import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace, type RunOptions, type RunOutcome, run } from '../../../src/index.ts';
import { type SampleSummary, writeSample } from '../../../src/sample/sample.ts';
import { onceInTestRun } from './once.ts';
import { queryReplica, type State, stateOf } from './state.ts';

/** What a run gave and what it said to people. */
export interface Observed {
  readonly outcome: RunOutcome;
  readonly said: readonly string[];
}

/** A league that nobody disturbed: run from empty with a push, then once more. */
export interface Undisturbed {
  /** Holds `warehouse/`, `production/`, `hoopduck.yaml` and the replica; do not change it. */
  readonly workspace: string;
  readonly sample: SampleSummary;
  readonly first: Observed;
  readonly afterFirst: State;
  readonly second: Observed;
  readonly afterSecond: State;
}

/** Sixty days of one season: enough for the windows, the gates and a small model. */
const LEAGUE = { seasons: 1, days: 60, seed: 7 };

/** One thread: the league is small, and other tests run beside. */
const CONFIGURATION = `warehouse:
  path: warehouse
push:
  path: production
replica:
  threads: 1
train:
  features: seed-21
  rounds: 20
`;

/** Writes the configuration of a workspace whose warehouse and push target lie inside it. */
export function configure(workspace: string): void {
  mkdirSync(workspace, { recursive: true });
  writeFileSync(join(workspace, 'hoopduck.yaml'), CONFIGURATION);
}

/** Runs a workspace in this process and keeps what it says. */
export async function observe(workspace: string, options: Partial<RunOptions>): Promise<Observed> {
  const said: string[] = [];
  const report = {
    progress() {},
    info: (text: string) => said.push(text),
    warn: (text: string) => said.push(text),
  };
  return { outcome: await run(openWorkspace(workspace), options, { report }), said };
}

/** The undisturbed league, made once a test run. */
export async function undisturbed(): Promise<Undisturbed> {
  const folder = await onceInTestRun('undisturbed', async (aside) => {
    const workspace = join(aside, 'workspace');
    configure(workspace);
    const sample = await writeSample(join(workspace, 'warehouse'), LEAGUE);
    const first = await observe(workspace, { push: true });
    const afterFirst = await stateOf(workspace);
    const second = await observe(workspace, { push: true });
    const afterSecond = await stateOf(workspace);
    const facts = { sample, first, afterFirst, second, afterSecond };
    writeFileSync(join(aside, 'facts.json'), JSON.stringify(facts));
  });
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8'));
  return { ...facts, workspace: join(folder, 'workspace') };
}

/** A workspace in `folder` with the same warehouse as the undisturbed one, not yet run. */
export async function emptyWorkspace(folder: string): Promise<string> {
  const { workspace } = await undisturbed();
  const place = join(folder, 'workspace');
  configure(place);
  cpSync(join(workspace, 'warehouse'), join(place, 'warehouse'), { recursive: true });
  return place;
}

/** A copy in `folder` of the undisturbed workspace after its runs, with what it pushed. */
export async function pushedWorkspace(folder: string): Promise<string> {
  const { workspace } = await undisturbed();
  const place = join(folder, 'workspace');
  cpSync(workspace, place, { recursive: true });
  return place;
}

/** A copy in `folder` of the undisturbed workspace after its run; nothing was pushed from it yet. */
export async function runWorkspace(folder: string): Promise<string> {
  const place = await pushedWorkspace(folder);
  rmSync(join(place, 'production'), { recursive: true });
  return place;
}

/** A night of eight games in the second month of a workspace that has run: past the bootstrap and every oddity of the sample. */
export async function nightOfEightGames(workspace: string): Promise<string> {
  const [night] = await queryReplica<{ night: string }>(
    workspace,
    `SELECT CAST(game_date AS VARCHAR) AS night FROM hoopduck.stg_game
     WHERE is_final AND game_date >= DATE '2024-11-20'
     GROUP BY game_date HAVING count(*) = 8 ORDER BY game_date LIMIT 1`,
  );
  return night!.night;
}
