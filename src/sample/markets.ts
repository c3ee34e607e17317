import type { LeagueFacts } from './facts.ts';
import type { Player } from './league.ts';
import type { Random } from './random.ts';

/** Bookmakers by number in the facts. */
export const BOOKS = ['draftkings', 'fanduel', 'betmgm'] as const;

const HOUR = 60;

/** Which snapshots exist by now: the opening, the last before tip-off, and one of the live game. */
export interface SnapshotsDue {
  readonly last: boolean;
  readonly live: boolean;
}

/**
 * Writes the spread and the total of a game. The last snapshot before tip-off is near the truth that
 * the simulation knows, the opening a point off; now and then a bookmaker has a live one after
 * tip-off as well, which no feature may see.
 */
export function writeGameLines(
  random: Random,
  facts: LeagueFacts,
  game: number,
  margin: number,
  total: number,
  due: SnapshotsDue,
): void {
  const spread = -margin + 1.1 * random.normal();
  const sum = total + 2 * random.normal();
  for (let book = 0; book < BOOKS.length; book++) {
    if (book === 2 && !random.chance(0.3)) continue;
    const own = Math.round(2 * spread + random.normal() * 0.5);
    const ownSum = Math.round(2 * sum + random.normal() * 0.8);
    const moved = Math.round(2.2 * random.normal());
    facts.line.add(game, book, -8 * HOUR, own + moved, ownSum - moved);
    if (due.last) facts.line.add(game, book, -35 + 5 * book, own, ownSum);
    if (due.live && random.chance(0.06)) {
      const live = Math.round(14 * random.normal());
      facts.line.add(game, book, 50, own + live, ownSum + 2 * live);
    }
  }
}

/** Writes points lines of the players of one team of whom at least eight points are expected. */
export function writePlayerLines(
  random: Random,
  facts: LeagueFacts,
  game: number,
  players: readonly Player[],
  expected: Float64Array,
  due: SnapshotsDue,
): void {
  const order = players
    .map((player, i) => ({ player, points: expected[i]! }))
    .filter(({ points }) => points >= 8)
    .sort((a, b) => b.points - a.points || a.player.index - b.player.index)
    .slice(0, 6);
  for (const { player, points } of order) {
    // A line aims at the median, which lies below the mean.
    const fair = points * 0.97 * random.factor(0.04);
    for (let book = 0; book < BOOKS.length; book++) {
      if (!random.chance([0.9, 0.8, 0.25][book]!)) continue;
      const line = lineAt(random, fair);
      facts.prop.add(
        game,
        player.index,
        book,
        -7 * HOUR,
        lineAt(random, fair * random.factor(0.05)),
      );
      if (due.last) facts.prop.add(game, player.index, book, -40 + 7 * book, line);
      if (due.live && random.chance(0.04)) {
        facts.prop.add(game, player.index, book, 45, line + 2 * random.integer(-4, 4));
      }
    }
  }
}

/** Twice the line: half points mostly, a whole number (on which a push can fall) now and then. */
function lineAt(random: Random, points: number): number {
  return random.chance(0.08) ? 2 * Math.round(points) : 2 * Math.floor(points) + 1;
}
