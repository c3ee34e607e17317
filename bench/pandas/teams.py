"""What a team had done and allowed before a date: its recent form, and team_defense_zone_analysis."""

import numpy as np
import pandas as pd

from frames import before, divide, pooled, rolled
from shots import ZONES


def recent_form(side, off, dfn):
    by = ["team_abbr", "season_year"]
    o = off.sort_values(["team_abbr", "game_date"]).reset_index(drop=True)
    o = pooled(o, by, 10, o.points_scored, o.possessions, 240 + 25 * o.overtime_periods)
    d = dfn.rename(columns=dict(defending_team_abbr="team_abbr")).sort_values(["team_abbr", "game_date"]).reset_index(drop=True)
    possessions = d.opp_fg_attempts + 0.44 * d.opp_ft_attempts + d.turnovers_forced - d.opp_offensive_rebounds
    d = pooled(d, by, 10, d.points_allowed, possessions, 240 + 25 * d.overtime_periods)
    own = before(side, o, by, ["points", "possessions", "paced", "minutes"])
    opponent = before(side, d, by, ["points", "possessions"])
    return side[["game_date", "team_abbr"]].assign(
        pace_last_10=divide(48 * own.paced, own.minutes / 5),
        off_rating_last_10=divide(100 * own.points, own.possessions),
        def_rating_last_10=divide(100 * opponent.points, opponent.possessions),
    )


def league_lines(asked, allowed):
    """Mean over teams of what they allowed in the 30 days before each date, else in the season before it."""
    by = ["team_abbr", "season_year"]
    names = [f"{zone}_{what}" for zone in ZONES for what in ("attempts", "makes")] + ["zone_game", "three_game"]
    total = allowed[["game_date", *by]].join(allowed[names].fillna(0).groupby([allowed.team_abbr, allowed.season_year], sort=False).cumsum())
    dates = asked[["game_date", "season_year"]].drop_duplicates()
    grid = dates.merge(allowed[by].drop_duplicates(), on="season_year")
    now = before(grid, total, by, names).fillna(0)
    # Through D-31: what is not in the window D-30 to D-1.
    old = before(grid.assign(game_date=grid.game_date - pd.Timedelta(days=30)), total, by, names).fillna(0)
    lines = {}
    for label, sums in (("window", now - old), ("season", now)):
        for zone in ZONES:
            games_known = sums.three_game if zone == "three" else sums.zone_game
            least = 10 if label == "window" else 1
            share = divide(sums[f"{zone}_makes"], sums[f"{zone}_attempts"]).where(games_known >= least)
            grouped = share.groupby(grid.game_date)
            lines[f"{label}_{zone}"] = grouped.mean()
            lines[f"{label}_{zone}_teams"] = (games_known >= least).groupby(grid.game_date).sum()
    return pd.DataFrame(lines).reset_index()


def defense_zones(side, dfn):
    by = ["team_abbr", "season_year"]
    d = dfn.rename(columns=dict(defending_team_abbr="team_abbr")).sort_values(["team_abbr", "game_date"]).reset_index(drop=True)
    allowed = d[["game_date", *by]].copy()
    for zone, name in (("paint", "paint"), ("mid_range", "mid_range"), ("three", "three_pt")):
        allowed[f"{zone}_attempts"], allowed[f"{zone}_makes"] = d[f"opp_{name}_attempts"], d[f"opp_{name}_makes"]
    zoned = allowed[["paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes"]].notna().all(axis=1)
    allowed["zone_game"] = zoned.astype(float)
    allowed["three_game"] = allowed[["three_attempts", "three_makes"]].notna().all(axis=1).astype(float)
    asked = side[~side.is_bootstrap].reset_index(drop=True)
    with_shots = allowed[zoned].reset_index(drop=True)
    shot_columns = ["paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes", "zone_game"]
    with_shots = with_shots[["game_date", *by]].join(rolled(with_shots, by, 15, shot_columns))
    zone = before(asked, with_shots, by, shot_columns)
    three = allowed[["game_date", *by]].join(rolled(allowed, by, 15, ["three_attempts", "three_makes", "three_game"]))
    three["games"] = three.groupby(by, sort=False).cumcount() + 1
    three = before(asked, three, by, ["three_attempts", "three_makes", "three_game", "games"])
    possessions = d.opp_fg_attempts + 0.44 * d.opp_ft_attempts + d.turnovers_forced - d.opp_offensive_rebounds
    rating = pooled(d, by, 15, d.points_allowed, possessions, 240 + 25 * d.overtime_periods)
    rating["scored"] = rolled(d.assign(scored=d.points_allowed), by, 15, ["scored"]).scored
    rating["scored_games"] = rolled(d.assign(known=d.points_allowed.notna().astype(float)), by, 15, ["known"]).known
    rating = before(asked, rating, by, ["points", "possessions", "paced", "minutes", "scored", "scored_games"])
    league = asked[["game_date"]].merge(league_lines(asked, allowed), on="game_date", how="left")
    t = asked[["game_date", "team_abbr"]].rename(columns=dict(game_date="analysis_date"))
    games, zone_games = three.games.fillna(0).clip(upper=15), zone.zone_game.fillna(0)
    t["games_in_sample"], t["games_in_sample_zones"] = games, zone_games
    default = dict(paint=0.58, mid_range=0.41, three=0.355)
    for key, name in (("paint", "paint"), ("mid_range", "mid_range"), ("three", "three_pt")):
        sums, n, least = (three, three.three_game, games) if key == "three" else (zone, zone_games, zone_games)
        attempts, makes = sums[f"{key}_attempts"], sums[f"{key}_makes"]
        t[f"{name}_attempts_allowed_last_15"], t[f"{name}_makes_allowed_last_15"] = attempts, makes
        t[f"{name}_pct_allowed_last_15"] = divide(makes, attempts)
        t[f"{name}_attempts_allowed_per_game"] = divide(attempts, n)
        t[f"{name}_points_allowed_per_game"] = divide((3 if key == "three" else 2) * makes, n)
        source = np.select([league[f"window_{key}_teams"] >= 20, league[f"season_{key}_teams"] > 0], ["window", "season"], default="default")
        line = np.select([source == "window", source == "season"], [league[f"window_{key}"], league[f"season_{key}"]], default=default[key])
        t[f"{name}_defense_vs_league_avg"] = (100 * (t[f"{name}_pct_allowed_last_15"] - line)).where(least >= 5)
        t["league_source" if key == "three" else "league_source_zones"] = source
    t["defensive_rating_last_15"] = divide(100 * rating.points, rating.possessions)
    t["opponent_pace_last_15"] = divide(48 * rating.paced, rating.minutes / 5)
    t["opponent_points_per_game"] = divide(rating.scored, rating.scored_games)
    return t
