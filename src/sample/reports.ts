import type { Absence } from './availability.ts';
import { ILLNESS, REST } from './availability.ts';
import type { LeagueFacts } from './facts.ts';
import type { Team } from './league.ts';
import type { Random } from './random.ts';

const OUT = 0;
const DOUBTFUL = 1;
const QUESTIONABLE = 2;
const AVAILABLE = 3;

/** Which of the two reports before a game exist by now. */
export interface ReportsDue {
  readonly evening: boolean;
  readonly sameDay: boolean;
}

/**
 * Writes a team's lines in the two reports of 17:30 before a game: that of the evening before,
 * which knows the long absences, a third of the new ones, and still lists some who will be cleared;
 * and that of the day, which knows nearly all. A team that plays on the evening before is mostly
 * not in that evening's report for the next game.
 */
export function writeReports(
  random: Random,
  facts: LeagueFacts,
  game: number,
  day: number,
  team: Team,
  out: readonly Absence[],
  due: ReportsDue,
): void {
  const missing = new Set(out.map((absence) => absence.player));
  const evening = due.evening && (team.lastDay !== day - 1 || random.chance(0.1));
  const add = (when: number, player: number, status: number, reason: number) => {
    if (when === day ? due.sameDay : evening) {
      facts.report.add(when, game, team.index, player, status, reason);
    }
  };
  for (const { player, reason, known, ongoing } of out) {
    const early = random.uniform();
    if (early < (ongoing ? 0.95 : 0.35)) {
      add(day - 1, player.index, OUT, reason);
    } else if (early < 0.6 && known && reason !== REST) {
      add(day - 1, player.index, QUESTIONABLE, reason);
    }
    if (known && random.chance(0.985)) {
      add(day, player.index, reason !== 0 && random.chance(0.06) ? DOUBTFUL : OUT, reason);
    }
  }
  for (const player of team.roster) {
    if (missing.has(player)) continue;
    if (player.cleared) {
      if (random.chance(0.4)) add(day - 1, player.index, OUT, player.backFrom);
      if (random.chance(0.5)) add(day, player.index, AVAILABLE, player.backFrom);
    } else if (random.chance(0.025)) {
      add(day, player.index, QUESTIONABLE, random.integer(1, ILLNESS));
    }
  }
}
