import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { editWarehouse } from './support/edit.ts';
import {
  emptyWorkspace,
  nightOfEightGames,
  observe,
  pushedWorkspace,
  undisturbed,
} from './support/league.ts';
import { ALL_BUT_TRAINING, only, queryReplica, stateOf } from './support/state.ts';

vi.setConfig({ testTimeout: 300_000 });

/** A free throw that was missed is counted as made: one more point for the man, his team and the score. */
async function restate(folder: string, night: string): Promise<void> {
  const { workspace } = await undisturbed();
  const [man] = await queryReplica<{ id: number; team: string; home: boolean }>(
    workspace,
    `SELECT p.nba_player_id AS id, p.team_abbr AS team, g.home_game AS home
     FROM hoopduck.stg_player_game AS p JOIN hoopduck.stg_team_game AS g
       ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
     WHERE p.game_date = '${night}' AND p.ft_attempts > p.ft_makes
       AND g.team_score > g.opponent_score
     ORDER BY p.player_lookup LIMIT 1`,
  );
  const { id, team, home } = man!;
  const side = home ? 'home' : 'away';
  await editWarehouse(
    join(folder, 'warehouse'),
    ['nbac_gamebook_player_stats', 'nbac_team_boxscore', 'nbac_schedule'],
    [
      `UPDATE nbac_gamebook_player_stats SET points = points + 1, free_throws_made = free_throws_made + 1
       WHERE game_date = '${night}' AND nba_player_id = ${id}`,
      `UPDATE nbac_team_boxscore SET points = points + 1, ft_made = ft_made + 1
       WHERE game_date = '${night}' AND team_abbr = '${team}'`,
      `UPDATE nbac_schedule SET ${side}_team_score = ${side}_team_score + 1
       WHERE game_date = '${night}' AND ${side}_team_tricode = '${team}' AND game_status = 3`,
    ],
  );
}

test("one player's points of one night, restated: named, rebuilt as if from empty, and only what changed is pushed", async () => {
  const { afterFirst: before } = await undisturbed();
  const workspace = await pushedWorkspace(temporaryFolder());
  const rebuilt = await emptyWorkspace(temporaryFolder());
  const night = await nightOfEightGames(workspace);
  await restate(workspace, night);
  await restate(rebuilt, night);

  const { outcome, said } = await observe(workspace, { push: true });
  await observe(rebuilt, { push: true });

  expect(outcome.exitCode).toBe(0);
  expect(outcome.restated).toEqual([
    { table: 'nba_raw.nbac_schedule', dates: [night] },
    { table: 'nba_raw.nbac_gamebook_player_stats', dates: [night] },
    { table: 'nba_raw.nbac_team_boxscore', dates: [night] },
  ]);
  expect(said).toContain(`nba_raw.nbac_gamebook_player_stats: restated ${night}`);

  const after = await stateOf(workspace);
  const fromEmpty = await stateOf(rebuilt);
  for (const part of ['partitions', 'contents', 'pushed'] as const) {
    expect(only(after[part], ...ALL_BUT_TRAINING)).toEqual(
      only(fromEmpty[part], ...ALL_BUT_TRAINING),
    );
  }
  expect(after.models).toMatchObject(fromEmpty.models);

  const changed = Object.keys(after.partitions).filter(
    (name) => after.partitions[name] !== before.partitions[name],
  );
  const of = (prefix: string) => changed.filter((name) => name.startsWith(prefix));
  expect(of('nba_analytics.')).toEqual([
    `nba_analytics.player_game_summary ${night}`,
    `nba_analytics.team_defense_game_summary ${night}`,
    `nba_analytics.team_offense_game_summary ${night}`,
  ]);
  const later = of('nba_precompute.').map((name) => name.split(' ')[1]!);
  expect(later.every((date) => date > night)).toBe(true);
  expect(later.length).toBeGreaterThan(20);
  expect(outcome.push).toMatchObject({
    written: 3 + later.length + of('nba_predictions.').length,
    removed: 0,
    refused: [],
  });
});
