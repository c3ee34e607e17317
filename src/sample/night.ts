import { MID, type Player, RIM, type Team, THREE } from './league.ts';
import type { Random } from './random.ts';
import type { Rotation } from './rotation.ts';

/** Plays of a team in a possession, second chances counted. */
const PLAYS_A_POSSESSION = 1.14;

/** One team's part of a game: who plays, how much of the play is whose, and the box score so far. */
export interface TeamNight {
  readonly team: Team;
  readonly players: readonly Player[];
  /** Minutes played, overtime included once it is known. */
  readonly minutes: Float64Array;
  /** Each man's share of plays, assists, rebounds, ... as weights, and their sums. */
  readonly play: Weights;
  readonly assist: Weights;
  readonly offensiveRebound: Weights;
  readonly defensiveRebound: Weights;
  readonly steal: Weights;
  readonly block: Weights;
  readonly foul: Weights;
  /** Chance of a shot by man and zone (3 a man). */
  readonly made: Float64Array;
  readonly box: BoxScore;
  score: number;
}

/** Weights with their sum. */
export interface Weights {
  readonly each: Float64Array;
  readonly total: number;
}

/** Counts of a game, one value a man. */
export interface BoxScore {
  readonly fgMade: Int32Array;
  readonly fgAttempted: Int32Array;
  readonly threeMade: Int32Array;
  readonly threeAttempted: Int32Array;
  readonly ftMade: Int32Array;
  readonly ftAttempted: Int32Array;
  readonly offensiveRebounds: Int32Array;
  readonly defensiveRebounds: Int32Array;
  readonly assists: Int32Array;
  readonly steals: Int32Array;
  readonly blocks: Int32Array;
  readonly turnovers: Int32Array;
  readonly fouls: Int32Array;
}

/** What bears on a team's shooting and plays in one game beside its own men. */
export interface Circumstances {
  readonly home: boolean;
  readonly backToBack: boolean;
  /** Added to every shot's chance: the night's luck of the whole team. */
  readonly luck: number;
}

const HOME_EDGE = 0.02;
const TIRED = -0.03;

function emptyBox(n: number): BoxScore {
  return {
    fgMade: new Int32Array(n),
    fgAttempted: new Int32Array(n),
    threeMade: new Int32Array(n),
    threeAttempted: new Int32Array(n),
    ftMade: new Int32Array(n),
    ftAttempted: new Int32Array(n),
    offensiveRebounds: new Int32Array(n),
    defensiveRebounds: new Int32Array(n),
    assists: new Int32Array(n),
    steals: new Int32Array(n),
    blocks: new Int32Array(n),
    turnovers: new Int32Array(n),
    fouls: new Int32Array(n),
  };
}

function weights(n: number, of: (i: number) => number): Weights {
  const each = Float64Array.from({ length: n }, (_, i) => of(i));
  return { each, total: each.reduce((sum, weight) => sum + weight, 0) };
}

/** Sets out a team's game: how the ball goes round tonight and how well it goes in. */
export function teamNight(
  random: Random,
  team: Team,
  opponent: Team,
  rotation: Rotation,
  at: Circumstances,
): TeamNight {
  const { players, played } = rotation;
  const n = players.length;
  const made = new Float64Array(3 * n);
  const edge = (at.home ? HOME_EDGE : 0) + (at.backToBack ? TIRED : 0) + at.luck;
  for (let i = 0; i < n; i++) {
    const player = players[i]!;
    const hand = player.touch + 0.014 * random.normal();
    for (let zone = 0; zone < 3; zone++) {
      made[3 * i + zone] = player.made[zone]! + opponent.defense[zone]! + hand + edge;
    }
  }
  return {
    team,
    players,
    minutes: Float64Array.from(played),
    play: weights(
      n,
      (i) => played[i]! * players[i]!.usage * Math.exp(players[i]!.form + 0.09 * random.normal()),
    ),
    assist: weights(n, (i) => played[i]! * players[i]!.assist),
    offensiveRebound: weights(n, (i) => played[i]! * players[i]!.offensiveRebound),
    defensiveRebound: weights(n, (i) => played[i]! * players[i]!.defensiveRebound),
    steal: weights(n, (i) => played[i]! * players[i]!.steal),
    block: weights(n, (i) => played[i]! * players[i]!.block),
    foul: weights(n, (i) => played[i]! * players[i]!.foul),
    made,
    box: emptyBox(n),
    score: 0,
  };
}

/** Points that each man of a rotation can be expected to score: what a bookmaker knows. */
export function expectedPoints(
  rotation: Rotation,
  opponent: Team,
  possessions: number,
  at: { readonly home: boolean; readonly backToBack: boolean },
): Float64Array {
  const { players, planned } = rotation;
  const share = players.map((player, i) => planned[i]! * player.usage * Math.exp(player.form));
  const total = share.reduce((sum, one) => sum + one, 0);
  const edge = (at.home ? HOME_EDGE : 0) + (at.backToBack ? TIRED : 0);
  return Float64Array.from(players, (player, i) => {
    const shot = [RIM, MID, THREE].reduce((sum, zone) => {
      const chance = player.made[zone]! + opponent.defense[zone]! + player.touch + edge;
      return sum + player.mix[zone]! * chance * (zone === THREE ? 3 : 2);
    }, 0);
    const shots = 1 - player.turnover - player.foulsDrawn;
    const play = shots * shot + player.foulsDrawn * 2 * player.freeThrow;
    return (possessions * PLAYS_A_POSSESSION * play * share[i]!) / total;
  });
}
