import { NameMaker, sampleLookup } from './names.ts';
import { Random } from './random.ts';
import { TEAMS } from './teams.ts';

/** Zones of a shot. */
export const RIM = 0;
export const MID = 1;
export const THREE = 2;

/** A player: what he is (rates, per play or per minute) and how he is just now. */
export interface Player {
  readonly index: number;
  readonly nbaPlayerId: number;
  readonly name: string;
  readonly lookup: string;
  /** 0 guard, 1 wing, 2 big. */
  readonly type: number;
  /** On a two-way contract: mostly with the other team, and listed so. */
  readonly twoWay: boolean;
  /** Worth to his team in standard deviations of the league; decides role and minutes. */
  skill: number;
  /** Share of his team's plays that he ends while on court. */
  usage: number;
  /** Shares of his shots by zone, and of them made. */
  readonly mix: Float64Array;
  readonly made: Float64Array;
  readonly freeThrow: number;
  readonly turnover: number;
  readonly foulsDrawn: number;
  readonly assist: number;
  readonly offensiveRebound: number;
  readonly defensiveRebound: number;
  readonly steal: number;
  readonly block: number;
  readonly foul: number;
  /** Age of form: slow AR(1) walks of usage, of shooting and of his place in the rotation. */
  form: number;
  touch: number;
  role: number;
  /** Running mean of planned minutes; coaches change them slowly. */
  minutes: number;
  /** Games of his team that he still misses. */
  gamesOut: number;
  injury: number;
  /** Returned for his team's coming game after an absence. */
  cleared: boolean;
  backFrom: number;
}

/** A team: who is on it and how it plays. */
export interface Team {
  readonly index: number;
  roster: Player[];
  pace: number;
  /** Added to what opponents make in each zone. */
  readonly defense: Float64Array;
  wins: number;
  losses: number;
  /** Day numbers of its newest games. */
  lastDay: number;
}

/** All teams and every player who was ever in one. */
export interface League {
  readonly teams: Team[];
  readonly players: Player[];
  readonly names: NameMaker;
}

/** What a place in a roster is worth before luck: stars first. */
const SLOT_SKILL = [
  2.5, 1.75, 1.2, 0.8, 0.5, 0.25, 0.05, -0.1, -0.3, -0.5, -0.8, -1.0, -1.2, -1.4, -1.6, -1.9, -2.1,
];

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** A new player for a place in a roster. */
export function newPlayer(league: League, random: Random, slot: number, lift: number): Player {
  const name = league.names.next();
  const type = slot % 3 === 0 ? random.integer(0, 2) : slot % 3;
  const skill = SLOT_SKILL[slot]! + lift + 0.3 * random.normal();
  const index = league.players.length;
  const three = clamp([0.48, 0.49, 0.26][type]! + 0.13 * random.normal(), 0, 0.75);
  const rim = clamp([0.32, 0.33, 0.57][type]! + 0.08 * random.normal(), 0.12, 0.95 - three);
  const player: Player = {
    index,
    nbaPlayerId: 1_900_001 + index,
    name,
    lookup: sampleLookup(name),
    type,
    twoWay: slot >= 15,
    skill,
    usage: clamp(0.183 + 0.034 * skill + 0.022 * random.normal(), 0.1, 0.36),
    mix: Float64Array.of(rim, 1 - rim - three, three),
    made: Float64Array.of(
      clamp(0.6 + 0.012 * skill + (type === 2 ? 0.03 : 0) + 0.03 * random.normal(), 0.5, 0.76),
      clamp(0.42 + 0.01 * skill + 0.025 * random.normal(), 0.32, 0.52),
      clamp(0.352 + 0.008 * skill - (type === 2 ? 0.02 : 0) + 0.02 * random.normal(), 0.26, 0.43),
    ),
    freeThrow: clamp(0.78 - (type === 2 ? 0.06 : 0) + 0.06 * random.normal(), 0.5, 0.93),
    turnover: clamp(0.118 + 0.015 * random.normal(), 0.07, 0.18),
    foulsDrawn: clamp(0.079 + 0.012 * skill + 0.02 * random.normal(), 0.03, 0.2),
    assist: [1.7, 0.9, 0.7][type]! * (1 + 0.25 * Math.max(skill, -1)) * random.factor(0.3),
    offensiveRebound: [0.5, 0.9, 2.2][type]! * random.factor(0.25),
    defensiveRebound: [0.8, 1.0, 1.6][type]! * random.factor(0.2),
    steal: [1.2, 1.0, 0.8][type]! * random.factor(0.3),
    block: [0.4, 0.8, 2.4][type]! * random.factor(0.4),
    foul: [0.9, 1.0, 1.3][type]! * random.factor(0.2),
    form: 0.1 * random.normal(),
    touch: 0,
    role: 0.2 * random.normal(),
    minutes: -1,
    gamesOut: 0,
    injury: 0,
    cleared: false,
    backFrom: 0,
  };
  league.players.push(player);
  return player;
}

/** The league on its first day: thirty teams of fifteen to seventeen invented players. */
export function newLeague(seed: number): League {
  const random = new Random(seed, 'league');
  const league: League = {
    teams: [],
    players: [],
    names: new NameMaker(new Random(seed, 'names')),
  };
  for (let index = 0; index < TEAMS.length; index++) {
    const lift = 0.22 * random.normal();
    const team: Team = {
      index,
      roster: [],
      pace: 2.7 * random.normal(),
      defense: Float64Array.of(
        0.034 * random.normal(),
        0.025 * random.normal(),
        0.019 * random.normal(),
      ),
      wins: 0,
      losses: 0,
      lastDay: -1,
    };
    const size = random.integer(15, 17);
    for (let slot = 0; slot < size; slot++) {
      team.roster.push(newPlayer(league, random, slot, lift));
    }
    league.teams.push(team);
  }
  return league;
}

/** The summer: rookies for some of the bench, players who change teams, everyone a little different. */
export function summer(league: League, random: Random): void {
  for (const team of league.teams) {
    team.wins = 0;
    team.losses = 0;
    team.pace = 0.7 * team.pace + 1.9 * random.normal();
    for (let zone = 0; zone < 3; zone++) {
      team.defense[zone] = 0.6 * team.defense[zone]! + 0.018 * random.normal();
    }
    for (let slot = 0; slot < team.roster.length; slot++) {
      const player = team.roster[slot]!;
      if (slot >= 7 && random.chance(0.25)) {
        team.roster[slot] = newPlayer(league, random, slot, 0);
        continue;
      }
      player.skill += 0.3 * random.normal();
      player.usage = clamp(player.usage + 0.012 * random.normal(), 0.1, 0.37);
      player.gamesOut = 0;
      player.minutes = -1;
      player.cleared = false;
    }
  }
  for (let i = 0; i < 22; i++) {
    const slot = random.integer(2, 12);
    const one = random.integer(0, 29);
    trade(league, one, slot, (one + random.integer(1, 29)) % 30, slot);
  }
}

/** Two players change places. */
export function trade(league: League, a: number, slotA: number, b: number, slotB: number): void {
  const one = league.teams[a]!.roster;
  const other = league.teams[b]!.roster;
  [one[slotA], other[slotB]] = [other[slotB]!, one[slotA]!];
}
