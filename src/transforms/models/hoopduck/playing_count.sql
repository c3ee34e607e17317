-- How many men there were in final games with a report of the day, and how many of them played, by what was
-- known before: listed out or not, listed out at the team's game before, games missed and usual minutes.
-- One row a date and group.
--
-- key: game_date, is_out, was_out, games_missed_from, minutes_from
-- partition: game_date
-- reads: hoopduck.roster_report (same date), hoopduck.stg_team_game (same date),
--   hoopduck.player_workload (same date)
SELECT
  r.game_date, r.season_year, r.is_out, r.was_out, r.games_missed_from, r.minutes_from,
  COUNT(*) AS men,
  COUNT(p.player_key) AS played
FROM hoopduck.roster_report AS r
JOIN hoopduck.stg_team_game AS g
  ON g.game_date = r.game_date AND g.team_abbr = r.team_abbr AND g.is_final
LEFT JOIN hoopduck.player_workload AS p
  ON p.game_date = r.game_date AND p.team_abbr = r.team_abbr AND p.player_key = r.player_key
WHERE r.game_date BETWEEN @from_date AND @to_date
GROUP BY
  r.game_date, r.season_year, r.is_out, r.was_out, r.games_missed_from, r.minutes_from
