import type { Player, Team } from './league.ts';
import type { Random } from './random.ts';

/** Words of a report's status and reason, by number; the facts hold the numbers. */
export const REPORT_STATUS = ['Out', 'Doubtful', 'Questionable', 'Available'] as const;
export const REASONS = [
  'G League - Two-Way',
  'Injury/Illness - Right Ankle; Sprain',
  'Injury/Illness - Left Knee; Soreness',
  'Injury/Illness - Hamstring; Strain',
  'Injury/Illness - Back; Tightness',
  'Injury/Illness - N/A; Illness',
  'Rest',
] as const;
export const ILLNESS = 5;
export const REST = 6;

/** A man's state before a game of his team. */
export interface Absence {
  readonly player: Player;
  readonly reason: number;
  /** Known before the day's report is written. */
  readonly known: boolean;
  /** He missed the team's previous game as well. */
  readonly ongoing: boolean;
}

/** Length of an absence in games: one game in nearly half of the cases, half a season in a few. */
function spell(random: Random): number {
  const draw = random.uniform();
  if (draw < 0.45) return 1;
  if (draw < 0.75) return random.integer(2, 4);
  if (draw < 0.95) return random.integer(5, 15);
  return random.integer(20, 45);
}

/**
 * Who misses the team's next game, and why. Moves each man's state one game on: absences run down,
 * new ones begin, two-way players come and go, stars rest on the second night of a back-to-back.
 */
export function absences(random: Random, team: Team, day: number): Absence[] {
  const out: Absence[] = [];
  const backToBack = team.lastDay === day - 1;
  for (const player of team.roster) {
    player.cleared = false;
    if (player.gamesOut > 0) {
      player.gamesOut--;
      if (player.gamesOut > 0) {
        out.push({ player, reason: player.injury, known: true, ongoing: true });
        continue;
      }
      player.cleared = true;
      player.backFrom = player.injury;
    }
    if (player.twoWay) {
      if (random.chance(0.75)) {
        out.push({ player, reason: 0, known: true, ongoing: true });
        player.cleared = false;
      }
      continue;
    }
    if (backToBack && player.skill > 1.3 && random.chance(0.1)) {
      out.push({ player, reason: REST, known: true, ongoing: false });
      player.cleared = false;
      continue;
    }
    if (random.chance(0.024)) {
      player.gamesOut = spell(random);
      player.injury = random.integer(1, 5);
      // A man who falls ill in the evening is on no report; what lasts is known by then.
      const known = player.gamesOut > 1 || random.chance(0.8);
      out.push({ player, reason: player.injury, known, ongoing: false });
      player.cleared = false;
    }
  }
  return out;
}
