/** A team's codes and the hours at which it plays at home. */
export interface TeamCode {
  readonly abbr: string;
  /** Code that some sources write for it (SPEC 2, quirk 2). */
  readonly variant: string | undefined;
  /** The league's id of the team. */
  readonly teamId: number;
  /** Usual tip-off at home, minutes after midnight Eastern. */
  readonly tip: number;
}

const EAST = 19 * 60;
const CENTRAL = 20 * 60;
const MOUNTAIN = 21 * 60;
const PACIFIC = 22 * 60;

function team(abbr: string, number: number, tip: number, variant?: string): TeamCode {
  return { abbr, variant, teamId: 1_610_612_700 + number, tip };
}

/** The thirty codes that the pipeline knows; the rosters behind them are invented. */
export const TEAMS: readonly TeamCode[] = [
  team('ATL', 37, EAST + 30),
  team('BOS', 38, EAST + 30),
  team('BKN', 51, EAST + 30, 'BRK'),
  team('CHA', 66, EAST, 'CHO'),
  team('CHI', 41, CENTRAL),
  team('CLE', 39, EAST),
  team('DAL', 42, CENTRAL + 30),
  team('DEN', 43, MOUNTAIN),
  team('DET', 65, EAST),
  team('GSW', 44, PACIFIC, 'GS'),
  team('HOU', 45, CENTRAL),
  team('IND', 54, EAST),
  team('LAC', 46, PACIFIC + 30),
  team('LAL', 47, PACIFIC + 30),
  team('MEM', 63, CENTRAL),
  team('MIA', 48, EAST + 30),
  team('MIL', 49, CENTRAL),
  team('MIN', 50, CENTRAL),
  team('NOP', 40, CENTRAL, 'NO'),
  team('NYK', 52, EAST + 30, 'NY'),
  team('OKC', 60, CENTRAL),
  team('ORL', 53, EAST),
  team('PHI', 55, EAST),
  team('PHX', 56, MOUNTAIN, 'PHO'),
  team('POR', 57, PACIFIC),
  team('SAC', 58, PACIFIC),
  team('SAS', 59, CENTRAL, 'SA'),
  team('TOR', 61, EAST + 30),
  team('UTA', 62, MOUNTAIN, 'UTAH'),
  team('WAS', 64, EAST),
];
