"""What a player had done before a date: player_daily_cache and player_shot_zone_analysis."""

import numpy as np
import pandas as pd

from frames import before, divide, rolled


def timeline(summary):
    """The games that each man played, by man and date."""
    t = summary[summary.minutes_played > 0].sort_values(["nba_player_id", "game_date", "player_lookup"])
    t = t.drop_duplicates(["nba_player_id", "game_date"]).reset_index(drop=True)
    zones = ["paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes", "three_attempts_pbp", "three_makes_pbp"]
    t["has_zones"] = t[zones].notna().all(axis=1)
    t["usage_minutes"] = t.usage_rate * t.minutes_played
    t["usage_weight"] = t.minutes_played.where(t.usage_rate.notna())
    t["assisted_makes"] = t.assisted_fg_makes.where(t.unassisted_fg_makes.notna())
    t["makes_with_roles"] = t.assisted_fg_makes + t.unassisted_fg_makes
    return t


def daily_cache(asked, played, form):
    man, season = ["nba_player_id"], ["nba_player_id", "season_year"]
    g = played[[*season, "game_date", "points", "minutes_played", "usage_minutes", "usage_weight", "assisted_makes", "makes_with_roles"]].copy()
    g["squares"] = g.points**2
    g["known"] = g.points.notna().astype(float)
    g["attempts"] = (g.points * 0 + played.fg_attempts + 0.44 * played.ft_attempts)
    g["attempt_points"] = g.points.where(g.attempts.notna())
    g["games"] = g.groupby(man, sort=False).cumcount() + 1
    five = rolled(g, man, 5, ["points", "known"]).add_suffix("_5")
    ten = rolled(g, man, 10, ["points", "known", "squares", "minutes_played", "usage_minutes", "usage_weight", "attempts", "attempt_points", "assisted_makes", "makes_with_roles"]).add_suffix("_10")
    g = pd.concat([g, five, ten], axis=1)
    g["season_points"] = g.points.fillna(0).groupby([g.nba_player_id, g.season_year], sort=False).cumsum()
    g["season_known"] = g.groupby(season, sort=False).known.cumsum()
    g["season_games"] = g.groupby(season, sort=False).cumcount() + 1
    f = before(asked, g, man, [*five.columns, *ten.columns, "games"])
    s = before(asked, g, season, ["season_points", "season_known", "season_games"])
    c = asked[["game_date", "player_lookup", "team_abbr"]].rename(columns=dict(game_date="cache_date")).reset_index(drop=True)
    c["points_avg_last_5"] = divide(f.points_5, f.known_5)
    c["points_avg_last_10"] = divide(f.points_10, f.known_10)
    c["points_avg_season"] = divide(s.season_points, s.season_known)
    n = f.known_10
    c["points_std_last_10"] = np.sqrt(((n * f.squares_10 - f.points_10**2) / (n * (n - 1)).where(n >= 2)).clip(lower=0))
    c["minutes_avg_last_10"] = f.minutes_played_10 / f.games.clip(upper=10)
    c["usage_rate_last_10"] = divide(f.usage_minutes_10, f.usage_weight_10)
    c["ts_pct_last_10"] = divide(f.attempt_points_10, 2 * f.attempts_10)
    c["games_played_season"] = s.season_games.fillna(0)
    team = asked[["game_date", "team_abbr"]].merge(form, on=["game_date", "team_abbr"], how="left")
    c["team_pace_last_10"] = team.pace_last_10
    c["team_off_rating_last_10"] = team.off_rating_last_10
    c["assisted_rate_last_10"] = divide(100 * f.assisted_makes_10, f.makes_with_roles_10)
    return c


def shot_zones(asked, played):
    season = ["nba_player_id", "season_year"]
    asked = asked[~asked.is_bootstrap]
    g = played[played.has_zones].reset_index(drop=True)
    g["shots"] = g.paint_attempts + g.mid_range_attempts + g.three_attempts_pbp
    names = ["paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes", "three_attempts_pbp", "three_makes_pbp", "assisted_makes", "makes_with_roles", "shots"]
    ten = rolled(g, season, 10, names).add_suffix("_10")
    twenty = rolled(g, season, 20, ["paint_attempts", "paint_makes", "shots"]).add_suffix("_20")
    g = pd.concat([g[[*season, "game_date"]], ten, twenty], axis=1)
    g["games"] = g.groupby(season, sort=False).cumcount() + 1
    f = before(asked, g, season, [*ten.columns, *twenty.columns, "games"])
    z = asked[["game_date", "player_lookup"]].rename(columns=dict(game_date="analysis_date")).reset_index(drop=True)
    games = f.games.fillna(0)
    z["games_in_sample_10"] = games.clip(upper=10)
    z["games_in_sample_20"] = games.clip(upper=20)
    z["total_shots_last_10"] = f.shots_10.fillna(0)
    source = dict(paint="paint", mid_range="mid_range", three_pt="three")
    for name, zone in source.items():
        suffix = "_pbp" if zone == "three" else ""
        attempts, makes = f[f"{zone}_attempts{suffix}_10"], f[f"{zone}_makes{suffix}_10"]
        z[f"{name}_rate_last_10"] = divide(100 * attempts, f.shots_10)
        z[f"{name}_pct_last_10"] = divide(makes, attempts)
        z[f"{name}_attempts_per_game"] = divide(attempts, z.games_in_sample_10)
    z["paint_rate_last_20"] = divide(100 * f.paint_attempts_20, f.shots_20)
    z["paint_pct_last_20"] = divide(f.paint_makes_20, f.paint_attempts_20)
    z["assisted_rate_last_10"] = divide(100 * f.assisted_makes_10, f.makes_with_roles_10)
    zone = np.select([z.paint_rate_last_10 >= 40, z.three_pt_rate_last_10 >= 40, z.mid_range_rate_last_10 >= 35], ["paint", "perimeter", "mid_range"], default="balanced")
    z["primary_scoring_zone"] = pd.Series(zone, dtype="str").where(z.paint_rate_last_10.notna())
    z["sample_quality_10"] = np.select([games >= 10, games >= 7, games >= 5], ["excellent", "good", "limited"], default="insufficient")
    return z
