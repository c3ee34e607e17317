import { SEASON_STARTS } from '../config/seasons.ts';
import type { Random } from './random.ts';
import { TEAMS } from './teams.ts';

/** Kinds of games by the prefix of the league's id: regular, playoffs, play-in, cup final. */
export const REGULAR = 2;
export const PLAYOFFS = 4;
export const PLAY_IN = 5;
export const CUP_FINAL = 6;

/** A game on the calendar. */
export interface Fixture {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly home: number;
  readonly away: number;
  readonly kind: number;
  /** Tip-off, minutes after midnight Eastern. */
  readonly tip: number;
}

export const LAST_SEASON = 2024;

/**
 * First day of a season, up to the one that the sample ends with: the listed one (SPEC 2, quirk 8), before
 * those the last Tuesday of October.
 */
export function seasonStart(season: number): string {
  const listed = SEASON_STARTS.find(([year]) => year === season);
  if (listed !== undefined) return listed[1];
  const end = dayOf(`${season}-10-31`);
  // Day 0, 1970-01-01, was a Thursday: Tuesdays are the days 5, 12, ...
  return dateOf(end - ((end - 5) % 7));
}

/** Length of a regular season in days, its games in all, and the day of the all-star game. */
export const SEASON_DAYS = 174;
const SEASON_GAMES = 1080;
export const ALL_STAR_DAY = 117;
const CUP_DAY = 56;

/** Games by weekday, Sunday first: Thursdays are quiet. */
const WEEKDAY_GAMES = [6, 7, 6, 9, 3.5, 9, 7.5];

/** ISO date to days since 1970-01-01. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

/** Days since 1970-01-01 to ISO date. */
export function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** Tip-off of a home team's game; at weekends some are matinees, before the day's report is out. */
export function tipOff(random: Random, home: number, day: number): number {
  const weekday = (day + 4) % 7;
  if ((weekday === 0 || weekday === 6) && random.chance(0.12)) return random.pick([780, 930, 960]);
  return TEAMS[home]!.tip + (random.chance(0.15) ? -30 : 0);
}

function isFree(offset: number): boolean {
  // Thanksgiving, Christmas Eve, and the days around the all-star game and the cup final.
  if (offset === 37 || offset === 62 || offset === CUP_DAY) return true;
  return offset >= ALL_STAR_DAY - 2 && offset <= ALL_STAR_DAY + 3;
}

/**
 * A regular season of 1,080 games, about 72 a team, on about 165 dates of 174 days: teams that are
 * behind in games and rested play, against whom they met least, with home and away in balance; and a
 * cup final on a neutral site in December.
 */
export function regularSeason(random: Random, start: string): Fixture[] {
  const first = dayOf(start);
  const fixtures: Fixture[] = [];
  const played = new Int32Array(30);
  const homes = new Int32Array(30);
  const met = new Int32Array(900);
  const lastDay = new Int32Array(30).fill(-9);
  const dayBefore = new Int32Array(30).fill(-9);
  const weights = Array.from({ length: SEASON_DAYS }, (_, offset) =>
    isFree(offset) ? 0 : WEEKDAY_GAMES[(first + offset + 4) % 7]!,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let due = 0;
  let regular = 0;
  for (let offset = 0; offset < SEASON_DAYS; offset++) {
    if (offset === CUP_DAY) {
      const [home, away] = random.shuffle(Array.from({ length: 30 }, (_, i) => i));
      fixtures.push({
        day: first + offset,
        home: home!,
        away: away!,
        kind: CUP_FINAL,
        tip: 20 * 60 + 30,
      });
      lastDay[home!] = offset;
      lastDay[away!] = offset;
      continue;
    }
    due += (weights[offset]! * SEASON_GAMES) / total;
    const games = weights[offset] === 0 ? 0 : Math.min(14, Math.max(2, Math.round(due - regular)));
    const keen = new Float64Array(30);
    const order: number[] = [];
    for (let team = 0; team < 30; team++) {
      const rest = offset - lastDay[team]!;
      const tired =
        (rest === 1 ? 0.15 : 0) + (rest === 1 && offset - dayBefore[team]! <= 3 ? 3 : 0);
      keen[team] = (2 * due) / 30 - played[team]! - tired + 0.5 * random.normal();
      order.push(team);
    }
    order.sort((a, b) => keen[b]! - keen[a]!);
    const today = order.slice(0, 2 * games);
    while (today.length > 1) {
      const one = today.shift()!;
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < today.length; i++) {
        const often = met[one * 30 + today[i]!]! + random.uniform();
        if (often < least) {
          least = often;
          best = i;
        }
      }
      const [other] = today.splice(best, 1) as [number];
      const balance = homes[one]! - homes[other]!;
      const oneHome = balance < 0 || (balance === 0 && random.chance(0.5));
      const [home, away] = oneHome ? [one, other] : [other, one];
      const day = first + offset;
      fixtures.push({ day, home, away, kind: REGULAR, tip: tipOff(random, home, day) });
      homes[home] = homes[home]! + 1;
      for (const team of [one, other]) {
        played[team] = played[team]! + 1;
        dayBefore[team] = lastDay[team]!;
        lastDay[team] = offset;
      }
      regular++;
      met[one * 30 + other] = met[one * 30 + other]! + 1;
      met[other * 30 + one] = met[other * 30 + one]! + 1;
    }
  }
  return fixtures;
}
