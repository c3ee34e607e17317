import type { Player } from './league.ts';
import type { Random } from './random.ts';

/** Minutes of a coach's first man, second man, ...; about ten and a half men play. */
const RANK_MINUTES = [35.5, 33.5, 32, 30, 27.5, 23, 19.5, 16.5, 13, 9.5, 6.5, 5, 4];
const RANK_PLAYS = [1, 1, 1, 1, 1, 1, 0.99, 0.96, 0.9, 0.75, 0.5, 0.35, 0.25];
/** Spread of the night's minutes around the plan, by rank. */
const RANK_SPREAD = [0.11, 0.12, 0.13, 0.15, 0.19, 0.27, 0.33, 0.42, 0.52, 0.65, 0.75, 0.75, 0.75];

/** The men of one team in one game: who plays and how long. */
export interface Rotation {
  readonly players: readonly Player[];
  /** Minutes that anyone could have foreseen, and those really played in 48 minutes of play. */
  readonly planned: Float64Array;
  readonly played: Float64Array;
}

/**
 * Shares out 240 minutes among the men who are there, by their place in the rotation: an absent
 * star makes everyone behind him move up. `margin` is how one-sided the night will be: in a rout
 * the bench gets the starters' minutes.
 */
export function rotation(random: Random, present: readonly Player[], margin: number): Rotation {
  const order = present
    .map((player) => ({ player, value: player.skill + player.role + 0.08 * random.normal() }))
    .sort((a, b) => b.value - a.value || a.player.index - b.player.index)
    .slice(0, RANK_MINUTES.length);
  const rout = Math.max(0, Math.min(1, (Math.abs(margin) - 14) / 14));
  const players: Player[] = [];
  const planned: number[] = [];
  const played: number[] = [];
  for (let rank = 0; rank < order.length; rank++) {
    const player = order[rank]!.player;
    const target = RANK_MINUTES[rank]!;
    // Minutes follow the plan slowly, as coaches do.
    player.minutes =
      player.minutes < 0 ? target : player.minutes + 0.35 * (target - player.minutes);
    const chance = RANK_PLAYS[rank]! + (rank >= 9 ? 0.4 * rout : 0);
    if (!random.chance(chance) && players.length + (order.length - rank) > 8) continue;
    const plan = 0.6 * target + 0.4 * player.minutes;
    const shift = rank < 5 ? 1 - 0.16 * rout : rank < 8 ? 1 : 1 + 1.2 * rout;
    let night = plan * shift * random.factor(RANK_SPREAD[rank]!);
    // Foul trouble, or an injury in the game.
    if (random.chance(0.025)) night *= 0.2 + 0.5 * random.uniform();
    players.push(player);
    planned.push(plan);
    played.push(Math.max(night, 0.8));
  }
  return { players, planned: shareOut(planned, 240, 38), played: shareOut(played, 240, 43) };
}

/** Scales to the total with no one above `cap`. */
function shareOut(minutes: readonly number[], total: number, cap: number): Float64Array {
  const shares = Float64Array.from(minutes);
  for (let round = 0; round < 8; round++) {
    let capped = 0;
    let free = 0;
    for (const share of shares) {
      if (share >= cap) capped += cap;
      else free += share;
    }
    const scale = (total - capped) / free;
    let over = false;
    for (let i = 0; i < shares.length; i++) {
      const share = shares[i]! >= cap ? cap : shares[i]! * scale;
      if (share > cap) over = true;
      shares[i] = share;
    }
    if (!over) break;
  }
  return shares;
}

/** Adds an overtime of five minutes (25 in all): the men who played most close the game. */
export function addOvertime(played: Float64Array): void {
  const order = Array.from(played, (_, i) => i).sort((a, b) => played[b]! - played[a]! || a - b);
  for (let rank = 0; rank < 6; rank++) {
    const i = order[rank]!;
    played[i] = played[i]! + (rank < 4 ? 5 : 2.5);
  }
}

/** One game on: form, touch and place in the rotation drift back to normal, and wander anew. */
export function drift(random: Random, players: readonly Player[]): void {
  for (const player of players) {
    player.form = 0.985 * player.form + 0.018 * random.normal();
    player.touch = 0.95 * player.touch + 0.006 * random.normal();
    player.role = 0.994 * player.role + 0.022 * random.normal();
    if (random.chance(0.01)) player.role += 0.65 * random.normal();
  }
}
