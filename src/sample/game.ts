import { type Absence, absences } from './availability.ts';
import type { Fixture } from './calendar.ts';
import { CUP_FINAL } from './calendar.ts';
import type { LeagueFacts } from './facts.ts';
import type { League, Team } from './league.ts';
import { writeGameLines, writePlayerLines } from './markets.ts';
import { expectedPoints, type TeamNight, teamNight } from './night.ts';
import { playGame } from './play.ts';
import type { Random } from './random.ts';
import { writeReports } from './reports.ts';
import { drift, rotation } from './rotation.ts';

const ACTIVE = 0;
const DNP = 1;
const INACTIVE = 2;
/** Reasons of dnp and inactive rows, by number in the facts. */
export const BOX_REASONS = [
  null,
  "DNP - Coach's Decision",
  'DND - Injury/Illness',
  'NWT - G League - Two-Way',
  'DND - Rest',
] as const;

/** Numbers that a game has in its season. */
export interface GameNumbers {
  readonly game: number;
  readonly season: number;
  /** Counts the games of a kind in a season; the last digits of the league's id. */
  readonly number: number;
}

/** How far time has come: a played game, one of today with today's report, one of tomorrow. */
export type Stage = 'played' | 'today' | 'tomorrow';

/**
 * Simulates one game and writes all that the warehouse would have of it: schedule, reports, lines,
 * box score and shots; of a game to come only what is known before it.
 * @returns the index of the winning team, or -1 when it is not played yet.
 */
export function simulateGame(
  random: Random,
  league: League,
  facts: LeagueFacts,
  fixture: Fixture,
  numbers: GameNumbers,
  stage: Stage,
): number {
  const sides = [league.teams[fixture.home]!, league.teams[fixture.away]!] as const;
  const { game } = numbers;
  const neutral = fixture.kind === CUP_FINAL;
  const out = sides.map((team) => absences(random, team, fixture.day));
  for (const side of [0, 1] as const) {
    const due = { evening: true, sameDay: stage !== 'tomorrow' };
    writeReports(random, facts, game, fixture.day, sides[side]!, out[side]!, due);
  }
  const tired = sides.map((team) => team.lastDay === fixture.day - 1);
  const possessions = Math.round(99 + sides[0].pace + sides[1].pace + 2.6 * random.normal());
  const luck = [0.012 * random.normal(), 0.012 * random.normal()];
  // A rout shows before the end, so the night's margin is foreseen when minutes are shared out.
  const foreseen = 2 * (luck[0]! - luck[1]!) * possessions + 5 * random.normal();
  const rotations = [0, 1].map((side) => {
    const missing = new Set(out[side]!.map((absence) => absence.player));
    const present = sides[side]!.roster.filter((player) => !missing.has(player));
    return rotation(random, present, foreseen * (side === 0 ? 1 : -1));
  });
  const expected = [0, 1].map((side) =>
    expectedPoints(rotations[side]!, sides[1 - side]!, 99 + sides[0].pace + sides[1].pace, {
      home: side === 0 && !neutral,
      backToBack: tired[side]!,
    }),
  );
  const sums = expected.map((points) => points.reduce((sum, one) => sum + one, 0));
  const due = { last: stage !== 'tomorrow', live: stage === 'played' };
  writeGameLines(random, facts, game, sums[0]! - sums[1]!, sums[0]! + sums[1]!, due);
  for (const side of [0, 1]) {
    writePlayerLines(random, facts, game, rotations[side]!.players, expected[side]!, due);
  }
  const schedule = (status: number, home: number, away: number, overtimes: number) =>
    facts.game.add(
      game,
      numbers.season,
      fixture.day,
      fixture.home,
      fixture.away,
      fixture.kind,
      numbers.number,
      fixture.tip,
      status,
      neutral ? 1 : 0,
      home,
      away,
      overtimes,
    );
  if (stage !== 'played') {
    schedule(1, -1, -1, 0);
    for (const team of sides) team.lastDay = fixture.day;
    return -1;
  }
  const nights = [0, 1].map((side) =>
    teamNight(random, sides[side]!, sides[1 - side]!, rotations[side]!, {
      home: side === 0 && !neutral,
      backToBack: tired[side]!,
      luck: luck[side]!,
    }),
  ) as [TeamNight, TeamNight];
  const result = playGame(random, facts, game, nights, possessions);
  schedule(3, result.home, result.away, result.overtimes);
  const margin = result.home - result.away;
  for (const side of [0, 1] as const) {
    const team = sides[side]!;
    writeBox(random, facts, game, nights[side], margin * (side === 0 ? 1 : -1), result.overtimes);
    writeAbsent(random, facts, game, team, nights[side], out[side]!);
    drift(random, team.roster);
    team.lastDay = fixture.day;
    if (margin > 0 === (side === 0)) team.wins++;
    else team.losses++;
  }
  return margin > 0 ? fixture.home : fixture.away;
}

/** Whole minutes for most games, as the usual source has them, exact seconds for the others. */
function secondsOf(random: Random, minutes: Float64Array, overtimes: number): Int32Array {
  const total = 60 * (240 + 25 * overtimes);
  const exact = Int32Array.from(minutes, (m) => Math.round(60 * m));
  let most = 0;
  for (let i = 1; i < exact.length; i++) if (exact[i]! > exact[most]!) most = i;
  exact[most] = exact[most]! + total - exact.reduce((sum, s) => sum + s, 0);
  if (random.chance(0.3)) return exact;
  const whole = exact.map((s) => Math.max(60, 60 * Math.round(s / 60)));
  const off = Math.abs(whole.reduce((sum, s) => sum + s, 0) - total);
  return off <= 4 * 60 ? whole : exact;
}

function writeBox(
  random: Random,
  facts: LeagueFacts,
  game: number,
  night: TeamNight,
  margin: number,
  overtimes: number,
): void {
  const { box, players } = night;
  const seconds = secondsOf(random, night.minutes, overtimes);
  const length = 48 + 5 * overtimes;
  for (let i = 0; i < players.length; i++) {
    const made = box.fgMade[i]!;
    const threes = box.threeMade[i]!;
    const minutes = seconds[i]! / 60;
    facts.box.add(
      game,
      players[i]!.index,
      night.team.index,
      ACTIVE,
      0,
      seconds[i]!,
      2 * (made - threes) + 3 * threes + box.ftMade[i]!,
      made,
      box.fgAttempted[i]!,
      threes,
      box.threeAttempted[i]!,
      box.ftMade[i]!,
      box.ftAttempted[i]!,
      box.offensiveRebounds[i]!,
      box.defensiveRebounds[i]!,
      box.assists[i]!,
      box.steals[i]!,
      box.blocks[i]!,
      box.turnovers[i]!,
      box.fouls[i]!,
      Math.round((margin * minutes) / length + 1.1 * Math.sqrt(minutes) * random.normal()),
    );
  }
}

/** Rows of the men who did not play: on the bench (dnp) or not in uniform (inactive). */
function writeAbsent(
  random: Random,
  facts: LeagueFacts,
  game: number,
  team: Team,
  night: TeamNight,
  out: readonly Absence[],
): void {
  const zeros = new Array<number>(15).fill(0);
  const row = (player: number, status: number, reason: number) =>
    facts.box.add(game, player, team.index, status, reason, ...zeros);
  const playing = new Set(night.players);
  const missing = new Map(out.map((absence) => [absence.player, absence]));
  for (const player of team.roster) {
    if (playing.has(player)) continue;
    const absence = missing.get(player);
    if (absence !== undefined) {
      row(player.index, INACTIVE, absence.reason === 0 ? 3 : absence.reason === 6 ? 4 : 2);
    } else if (random.chance(0.02)) {
      // On the floor for a moment: active, no minutes, nothing counted.
      row(player.index, ACTIVE, 0);
    } else {
      row(player.index, DNP, 1);
    }
  }
}
