import type { LeagueFacts } from './facts.ts';
import { MID, RIM, THREE } from './league.ts';
import type { TeamNight, Weights } from './night.ts';
import type { Random } from './random.ts';
import { addOvertime } from './rotation.ts';

/** Kinds of shots by zone, as play-by-play names them; the facts hold zone * 8 + place here. */
export const SUBTYPES: readonly (readonly string[])[] = [
  ['driving layup shot', 'layup shot', 'dunk shot', 'putback layup shot', 'cutting layup shot'],
  ['pullup jump shot', 'jump shot', 'fadeaway jump shot', 'driving floating jump shot'],
  ['3pt jump shot', '3pt jump shot', '3pt pullup jump shot', '3pt step back jump shot'],
];

/** A team that leads plays with less care: lost chance of a shot a point of the lead. */
const EASE = 0.0006;
const TURNOVER_STOLEN = 0.57;
const SECOND_CHANCE = 0.255;
const ASSISTED = [0.53, 0.38, 0.82];
const BLOCKED = [0.21, 0.14, 0.02];
const AND_ONE = [0.055, 0.012, 0.004];

/** What a game came to. */
export interface GameResult {
  readonly home: number;
  readonly away: number;
  readonly overtimes: number;
}

/**
 * Plays a game possession by possession. Every point, attempt, rebound and assist of the box score
 * comes from a play, so players sum to their team and shots to attempts. About one game in
 * seventeen goes to overtime: a team that trails by one to three at the end often ties.
 */
export function playGame(
  random: Random,
  facts: LeagueFacts,
  game: number,
  nights: readonly [TeamNight, TeamNight],
  possessions: number,
): GameResult {
  let sequence = 0;

  const shoot = (
    side: number,
    i: number,
    zone: number,
    period: number,
    clock: number,
    must: boolean,
  ) => {
    const night = nights[side]!;
    const other = nights[1 - side]!;
    const box = night.box;
    const lead = night.score - other.score;
    const made = must || random.chance(night.made[3 * i + zone]! - EASE * lead);
    box.fgAttempted[i]!++;
    if (zone === THREE) box.threeAttempted[i]!++;
    let role = 0;
    let second = -1;
    let second_team = -1;
    if (made) {
      box.fgMade[i]!++;
      if (zone === THREE) box.threeMade[i]!++;
      night.score += zone === THREE ? 3 : 2;
      if (random.chance(ASSISTED[zone]!)) {
        const passer = someone(random, night.assist, i);
        night.box.assists[passer]!++;
        role = 1;
        second = night.players[passer]!.index;
        second_team = night.team.index;
      }
      if (random.chance(AND_ONE[zone]!)) {
        freeThrows(random, night, i, 1);
        foul(random, other);
      }
    } else if (random.chance(BLOCKED[zone]!)) {
      const blocker = random.weighted(other.block.each, other.block.total);
      other.box.blocks[blocker]!++;
      role = 2;
      second = other.players[blocker]!.index;
      second_team = other.team.index;
    }
    const distance =
      zone === RIM
        ? Math.floor(8.9 * random.uniform() * random.uniform())
        : zone === MID
          ? random.integer(9, 21)
          : 23 + Math.floor(7 * random.uniform() * random.uniform());
    const x = Math.round(distance * 10 * (2 * random.uniform() - 1));
    const y = Math.round(Math.sqrt(Math.max(0, (distance * 10) ** 2 - x * x)));
    const names = SUBTYPES[zone]!;
    sequence++;
    facts.shot.add(
      game,
      sequence,
      period,
      clock,
      night.players[i]!.index,
      night.team.index,
      zone * 8 + random.integer(0, names.length - 1),
      made ? 1 : 0,
      zone === THREE ? 1 : 0,
      distance,
      x,
      y,
      role,
      second,
      second_team,
    );
    return made;
  };

  const possess = (side: number, period: number, clock: number) => {
    const night = nights[side]!;
    const other = nights[1 - side]!;
    for (let chance = 0; chance < 6; chance++) {
      const i = random.weighted(night.play.each, night.play.total);
      const player = night.players[i]!;
      const draw = random.uniform();
      if (draw < player.turnover) {
        night.box.turnovers[i]!++;
        if (random.chance(TURNOVER_STOLEN)) {
          other.box.steals[random.weighted(other.steal.each, other.steal.total)]!++;
        }
        return;
      }
      if (draw < player.turnover + player.foulsDrawn) {
        freeThrows(random, night, i, random.chance(0.06) ? 3 : 2);
        foul(random, other);
        return;
      }
      const zoneDraw = random.uniform();
      const zone =
        zoneDraw < player.mix[RIM]! ? RIM : zoneDraw < 1 - player.mix[THREE]! ? MID : THREE;
      if (shoot(side, i, zone, period, clock, false)) return;
      if (!random.chance(SECOND_CHANCE)) {
        other.box.defensiveRebounds[
          random.weighted(other.defensiveRebound.each, other.defensiveRebound.total)
        ]!++;
        return;
      }
      night.box.offensiveRebounds[
        random.weighted(night.offensiveRebound.each, night.offensiveRebound.total)
      ]!++;
    }
  };

  const period = (number: number, each: number, seconds: number) => {
    for (let k = 0; k < each; k++) {
      const first = Math.floor((seconds * (each - k)) / each) - 1;
      possess(number % 2, number, first - Math.floor((0.4 * seconds) / each));
      possess(1 - (number % 2), number, first - Math.floor((0.8 * seconds) / each));
    }
    for (const night of nights) {
      for (let extra = 0; extra < 2; extra++) if (random.chance(0.9)) foul(random, night);
    }
  };

  for (let quarter = 1; quarter <= 4; quarter++) {
    const rest = possessions % 4 >= quarter ? 1 : 0;
    period(quarter, Math.floor(possessions / 4) + rest, 720);
  }
  let overtimes = 0;
  for (;;) {
    const gap = nights[0].score - nights[1].score;
    const behind = gap < 0 ? 0 : 1;
    const number = 4 + overtimes;
    const short = Math.abs(gap);
    if (short > 0) {
      if (short > 3 || !random.chance(overtimes === 0 ? 0.17 : 0.08)) break;
      const night = nights[behind]!;
      const i = random.weighted(night.play.each, night.play.total);
      if (short === 1) {
        night.box.ftAttempted[i]!++;
        night.box.ftMade[i]!++;
        night.score++;
        foul(random, nights[1 - behind]!);
      } else {
        shoot(behind, i, short === 3 ? THREE : RIM, number, 1, true);
        if (nights[0].score !== nights[1].score) break;
      }
    }
    overtimes++;
    for (const night of nights) addOvertime(night.minutes);
    period(4 + overtimes, 10, 300);
  }
  return { home: nights[0].score, away: nights[1].score, overtimes };
}

/** One of them, but not man `not`. */
function someone(random: Random, weights: Weights, not: number): number {
  for (let tries = 0; tries < 20; tries++) {
    const i = random.weighted(weights.each, weights.total);
    if (i !== not) return i;
  }
  return not === 0 ? 1 : 0;
}

function freeThrows(random: Random, night: TeamNight, i: number, count: number): void {
  for (let k = 0; k < count; k++) {
    night.box.ftAttempted[i]!++;
    if (random.chance(night.players[i]!.freeThrow)) {
      night.box.ftMade[i]!++;
      night.score++;
    }
  }
}

function foul(random: Random, night: TeamNight): void {
  const i = random.weighted(night.foul.each, night.foul.total);
  if (night.box.fouls[i]! < 6) night.box.fouls[i]!++;
}
