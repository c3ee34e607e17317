import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { withSession } from '../../src/workspace.ts';
import { buildSmallLeague } from './small-league.ts';

const CONFIG = `warehouse:
  path: warehouse
train:
  features: seed-21
  engine: wasm
  rounds: 20
  averaged_seeds: 1
  eta: 0.2
  min_child_weight: 5
`;

/** A workspace on disk, for all tests of a file: its folder, and sessions in it. */
export interface LeagueWorkspace {
  readonly folder: string;
  /** Works in a session of its own; the replica is let go of after it. */
  session<T>(work: (ctx: StageContext) => Promise<T>): Promise<T>;
}

/** Makes a workspace that holds the small league; it goes away after the file's last test. */
export async function leagueWorkspace(): Promise<LeagueWorkspace> {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-league-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'warehouse', 'nba_raw'), { recursive: true });
  writeFileSync(join(folder, 'hoopduck.yaml'), CONFIG);
  const config = loadConfig(folder);
  // Minutes apart, so that what is newer is seen to be.
  let minute = 0;
  const now = () => new Date(Date.UTC(2022, 2, 1, 12, minute));
  const session = async <T>(work: (ctx: StageContext) => Promise<T>): Promise<T> => {
    minute++;
    const options = { command: 'test', arguments: {}, report: silentReporter, now };
    const { result } = await withSession(config, options, async (ctx) => ({
      exitCode: 0,
      result: await work(ctx),
    }));
    return result;
  };
  await session(({ replica }) => buildSmallLeague(replica));
  return { folder, session };
}

/**
 * Lets a feature that no model of the league has read yet tell of every fifth player whether he will
 * score above his skill: a model of it is closer by a tenth, and not so close that it raises an alarm.
 */
export async function plantHint({ replica }: StageContext): Promise<void> {
  const skill = '(3 + CAST(right(p.player_lookup, 2) AS BIGINT))';
  await replica.run(
    `UPDATE hoopduck.feature_seed_21 AS f
     SET usage_spike_score = CASE WHEN ${skill} % 5 = 3 THEN sign(p.points - ${skill}) ELSE 0 END
     FROM nba_analytics.player_game_summary AS p
     WHERE p.game_date = f.game_date AND p.player_lookup = f.player_lookup`,
  );
}
