import type { Reporter } from '../context.ts';
import {
  dayOf,
  type Fixture,
  LAST_SEASON,
  PLAY_IN,
  PLAYOFFS,
  regularSeason,
  SEASON_DAYS,
  seasonStart,
  tipOff,
} from './calendar.ts';
import { type LeagueFacts, newFacts } from './facts.ts';
import { type Stage, simulateGame } from './game.ts';
import { type League, newLeague, type Player, summer, trade } from './league.ts';
import { Random } from './random.ts';

/** A player's move in mid-season. */
export interface Trade {
  readonly player: Player;
  readonly from: number;
  readonly to: number;
  /** First day with the new team. */
  readonly day: number;
}

/** A simulated league: its people, the facts of its games, and what happened between them. */
export interface SimulatedLeague {
  readonly league: League;
  readonly facts: LeagueFacts;
  readonly seasons: readonly number[];
  readonly trades: readonly Trade[];
}

/** Days into a season after which two players change teams. */
const TRADE_DAYS = [21, 108];

/**
 * Simulates `seasons` seasons that end with 2024-25; of each only the first `days` days when given.
 * Earlier seasons are played to the last game of the playoffs; the last one stops before its first
 * playoff dates (a shortened one: before its next two dates), whose games are still to come.
 */
export function simulateLeague(
  seed: number,
  seasons: number,
  days: number | undefined,
  report: Reporter,
): SimulatedLeague {
  const league = newLeague(seed);
  const facts = newFacts();
  const trades: Trade[] = [];
  const years = Array.from({ length: seasons }, (_, i) => LAST_SEASON - seasons + 1 + i);
  for (const season of years) {
    const random = new Random(seed, `season ${season}`);
    if (season !== years[0]) summer(league, random);
    const start = seasonStart(season);
    const first = dayOf(start);
    const fixtures = regularSeason(new Random(seed, `calendar ${season}`), start);
    const end = first + Math.min(days ?? SEASON_DAYS, SEASON_DAYS);
    const numbers = new Map<number, number>();
    const play = (fixture: Fixture, stage: Stage) => {
      const number = (numbers.get(fixture.kind) ?? 0) + 1;
      numbers.set(fixture.kind, number);
      const game = facts.game.rows;
      return simulateGame(random, league, facts, fixture, { game, season, number }, stage);
    };
    let moved = 0;
    for (const fixture of fixtures) {
      if (fixture.day >= end) break;
      while (moved < TRADE_DAYS.length && fixture.day >= first + TRADE_DAYS[moved]!) {
        trades.push(...deal(random, league, fixture.day));
        moved++;
      }
      play(fixture, 'played');
      if (facts.game.rows % 60 === 0) {
        report.progress(
          `simulate ${season}-${(season + 1) % 100}`,
          fixture.day - first,
          end - first,
        );
      }
    }
    const isLast = season === LAST_SEASON;
    if (days !== undefined) {
      const next = fixtures.filter((fixture) => fixture.day >= end);
      const dates = [...new Set(next.map((fixture) => fixture.day))].slice(0, 2);
      for (const fixture of next) {
        if (!isLast || !dates.includes(fixture.day)) break;
        play(fixture, fixture.day === dates[0] ? 'today' : 'tomorrow');
      }
    } else {
      playoffs(random, league, first + SEASON_DAYS, isLast, play);
    }
    report.progress(`simulate ${season}-${(season + 1) % 100}`, end - first, end - first);
  }
  return { league, facts, seasons: years, trades };
}

/** Two starters of two teams change places, today. */
function deal(random: Random, league: League, day: number): Trade[] {
  const a = random.integer(0, 29);
  const b = (a + random.integer(1, 29)) % 30;
  const slot = random.integer(3, 5);
  trade(league, a, slot, b, slot);
  return [
    { player: league.teams[b]!.roster[slot]!, from: a, to: b, day },
    { player: league.teams[a]!.roster[slot]!, from: b, to: a, day },
  ];
}

/**
 * A play-in for the last two places, then rounds of best of three among sixteen teams. When
 * `toCome`, only the first games of the first round are set, on two dates, and not played.
 */
function playoffs(
  random: Random,
  league: League,
  from: number,
  toCome: boolean,
  play: (fixture: Fixture, stage: Stage) => number,
): void {
  const ranks = league.teams
    .map((team) => team)
    .sort((a, b) => b.wins - a.wins || a.index - b.index)
    .map((team) => team.index);
  const fixture = (day: number, home: number, away: number, kind: number): Fixture => ({
    day,
    home,
    away,
    kind,
    tip: tipOff(random, home, day),
  });
  const playIn = [
    play(fixture(from + 2, ranks[14]!, ranks[17]!, PLAY_IN), 'played'),
    play(fixture(from + 2, ranks[15]!, ranks[16]!, PLAY_IN), 'played'),
  ];
  let alive = [...ranks.slice(0, 14), ...playIn];
  for (let day = from + 5; alive.length > 1; day += 8) {
    const half = alive.length / 2;
    const series = Array.from({ length: half }, (_, i) => ({
      teams: [alive[i]!, alive[alive.length - 1 - i]!] as const,
      wins: [0, 0],
    }));
    for (let night = 0; night < 6; night++) {
      for (let i = night % 2; i < half; i += 2) {
        const { teams, wins } = series[i]!;
        if (wins[0] === 2 || wins[1] === 2) continue;
        const swap = night >= 2 && night < 4;
        const [home, away] = swap ? [teams[1], teams[0]] : teams;
        const stage = toCome ? (night === 0 ? 'today' : 'tomorrow') : 'played';
        const winner = play(fixture(day + night, home, away, PLAYOFFS), stage);
        if (winner >= 0) wins[winner === teams[0] ? 0 : 1]!++;
      }
      if (toCome && night === 1) return;
    }
    alive = series.map(({ teams, wins }) => (wins[0] === 2 ? teams[0] : teams[1]));
  }
}
