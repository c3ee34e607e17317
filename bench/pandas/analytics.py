"""The three tables of nba_analytics."""

import numpy as np
import pandas as pd

from frames import flag, joined
from rows import STATS, TEAM_STATS


def offense(side, box, sums, shooter):
    key = ["game_date", "team_abbr"]
    t = side[side.is_final].merge(box, on=key, how="left").merge(sums.drop(columns=["nba_game_id", "team_score"]), on=key, how="left", suffixes=("", "_players"))
    from_box = t.is_consistent.fillna(False).astype(bool)
    t = t[from_box | t.is_whole.fillna(False).astype(bool)]
    from_box = from_box[t.index]
    for name in TEAM_STATS:
        t[name] = t[name].where(from_box, t[f"{name}_players"])
    minutes = t.minutes.where(from_box & (t.minutes >= 200), t.minutes_players)
    t["overtime_periods"] = np.floor((minutes - 240).clip(lower=0) / 25 + 0.5)
    t["possessions"] = t.fg_attempts + 0.44 * t.ft_attempts + t.turnovers - t.offensive_rebounds
    t["offensive_rating"] = 100 * t.points / t.possessions.where(t.possessions > 0)
    t["pace"] = t.possessions * 48 / ((240 + 25 * t.overtime_periods) / 5)
    shooting = t.fg_attempts + 0.44 * t.ft_attempts
    t["ts_pct"] = t.points / (2 * shooting.where(shooting > 0))
    other = t[[*key, "points"]].rename(columns=dict(team_abbr="opponent_team_abbr", points="other"))
    t = t.assign(from_box=from_box).merge(other, on=["game_date", "opponent_team_abbr"], how="left")
    t["margin_of_victory"] = (t.points - t.other).fillna(t.team_score - t.opponent_score)
    t["win_flag"] = flag(t.margin_of_victory.notna(), t.margin_of_victory > 0)
    zones = shooter.groupby(key)[["paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes"]].sum()
    zones = zones.rename(columns=lambda name: f"team_{name}").reset_index()
    t = t.merge(zones, on=key, how="left")
    has_shots = t.nba_game_id.isin(shooter.nba_game_id)
    for name in zones.columns[2:]:
        t[name] = t[name].mask(has_shots & t[name].isna(), 0)
    t["points_in_paint_scored"] = 2 * t.team_paint_makes
    rows = t.groupby("nba_game_id").team_abbr.transform("size")
    missing = t.possessions.isna() | t.overtime_periods.isna()
    t["primary_source_used"] = np.where(t.from_box, "nbac_team_boxscore", "reconstructed_from_players")
    t["data_quality_tier"] = np.where(t.from_box, "gold", "silver")
    t["quality_score"] = np.where(t.from_box, 100, 85)
    bad_box = t.is_consistent.notna() & ~t.from_box
    t["quality_issues"] = joined([("reconstructed", ~t.from_box), ("inconsistent_box_score", bad_box), ("missing_opponent_row", rows < 2), ("missing_stat", missing)])
    t["is_production_ready"] = (rows == 2) & ~missing
    t["game_completeness_pct"] = 100.0 * rows / 2
    return t.rename(columns=dict(points="points_scored"))[
        ["game_id", "nba_game_id", "game_date", "team_abbr", "opponent_team_abbr", "season_year", "points_scored", *TEAM_STATS[1:],
         "team_paint_attempts", "team_paint_makes", "team_mid_range_attempts", "team_mid_range_makes", "points_in_paint_scored",
         "offensive_rating", "pace", "possessions", "ts_pct", "home_game", "win_flag", "margin_of_victory", "overtime_periods",
         "players_inactive", "primary_source_used", "data_quality_tier", "quality_score", "quality_issues",
         "is_production_ready", "game_completeness_pct"]
    ]  # fmt: skip


def defense(side, off, box, sums):
    key = ["game_date", "team_abbr"]
    turned = {name: f"opp_{name}" for name in ["fg_attempts", "fg_makes", "three_pt_attempts", "three_pt_makes", "ft_attempts", "ft_makes", "offensive_rebounds", "rebounds", "assists"]}
    turned |= dict(
        points_scored="points_allowed", turnovers="turnovers_forced", offensive_rating="defensive_rating", pace="opponent_pace",
        ts_pct="opponent_ts_pct", team_paint_attempts="opp_paint_attempts", team_paint_makes="opp_paint_makes",
        team_mid_range_attempts="opp_mid_range_attempts", team_mid_range_makes="opp_mid_range_makes", team_abbr="opponent_team_abbr",
    )  # fmt: skip
    o = off.drop(columns="opponent_team_abbr").rename(columns=turned)[["game_date", *turned.values(), "margin_of_victory", "overtime_periods"]]
    d = side.loc[side.is_final, ["game_id", "nba_game_id", *key, "opponent_team_abbr", "season_year", "home_game"]].merge(o, on=["game_date", "opponent_team_abbr"])
    d["margin_of_victory"] = -d.margin_of_victory
    d["win_flag"] = flag(d.margin_of_victory.notna(), d.margin_of_victory > 0)
    d["points_in_paint_allowed"] = 2 * d.opp_paint_makes
    d["mid_range_points_allowed"] = 2 * d.opp_mid_range_makes
    d["three_pt_points_allowed"] = 3 * d.opp_three_pt_makes
    own = ["steals", "blocks", "defensive_rebounds"]
    d = d.merge(box[[*key, *own, "is_consistent"]], on=key, how="left").merge(sums[[*key, *own, "is_whole"]], on=key, how="left", suffixes=("", "_players"))
    from_box, whole = (d[c].fillna(False).astype(bool) for c in ("is_consistent", "is_whole"))
    for name in own:
        d[name] = d[name].where(from_box, d[f"{name}_players"].where(whole))
    drop = ["is_consistent", "is_whole", *(f"{name}_players" for name in own)]
    return d.drop(columns=drop).rename(columns=dict(team_abbr="defending_team_abbr"))


def player_summary(players, side, zones, off):
    key = ["game_date", "team_abbr"]
    counts = dict(three_attempts="three_attempts_pbp", three_makes="three_makes_pbp")
    s = players.drop(columns=["nba_game_id"]).merge(side, on=key)
    team = off[[*key, "fg_attempts", "ft_attempts", "turnovers", "overtime_periods", "margin_of_victory", "game_completeness_pct"]].assign(has_team_row=True)
    s = s.merge(team, on=key, how="left", suffixes=("", "_team"))
    other = off[[*key, "margin_of_victory", "game_completeness_pct"]].rename(columns=dict(team_abbr="opponent_team_abbr", margin_of_victory="other_margin", game_completeness_pct="other_pct"))
    s = s.merge(other, on=["game_date", "opponent_team_abbr"], how="left")
    s = s.merge(zones.rename(columns=counts).assign(game_has_shots=True), on=["game_date", "player_lookup"], how="left")
    margin = s.margin_of_victory.fillna(-s.other_margin).fillna(s.team_score - s.opponent_score)
    s["win_flag"] = flag(margin.notna(), margin > 0)
    s["game_completeness_pct"] = s.game_completeness_pct.fillna(s.other_pct).fillna(0.0)
    chances = s.fg_attempts + 0.44 * s.ft_attempts + s.turnovers
    team_chances = s.fg_attempts_team + 0.44 * s.ft_attempts_team + s.turnovers_team
    minutes = 240 + 25 * s.overtime_periods
    has_team = s.has_team_row.fillna(False).astype(bool)
    reasons = [
        (s.player_status != "active", "dnp"), (s.minutes_played.fillna(0) <= 0, "no_minutes"), (~has_team, "no_team_row"),
        (chances.isna() | team_chances.isna() | minutes.isna() | (team_chances <= 0), "missing_stat"),
    ]  # fmt: skip
    reason = pd.Series(np.select([r.to_numpy(dtype=bool) for r, _ in reasons], [n for _, n in reasons], default=""), index=s.index, dtype="str")
    s["usage_null_reason"] = reason.mask(reason == "")
    known = s.usage_null_reason.isna()
    s["usage_rate"] = (100 * chances * (minutes / 5) / (s.minutes_played * team_chances)).where(known)
    s["usage_rate_valid"] = flag(known, s.usage_rate <= 100)
    shooting = s.fg_attempts + 0.44 * s.ft_attempts
    s["ts_pct"] = s.points / (2 * shooting.where(s.fg_attempts + s.ft_attempts > 0))
    s["efg_pct"] = (s.fg_makes + 0.5 * s.three_pt_makes) / s.fg_attempts.where(s.fg_attempts > 0)
    s["has_complete_shot_zones"] = s.paint_attempts + s.mid_range_attempts + s.three_attempts_pbp == s.fg_attempts
    for name in ["points_line", "opening_line", "line_movement", "margin"]:
        s[name] = np.nan
    for name in ["over_under_result", "points_line_source"]:
        s[name] = pd.Series(pd.NA, index=s.index, dtype="str")
    s["is_active"] = s.player_status == "active"
    s["is_dnp"] = s.player_status.isin(["dnp", "inactive"])
    s["primary_source_used"] = "nbac_gamebook"
    s["data_quality_tier"] = "gold"
    s["quality_score"] = 100
    no_minutes = s.is_active & s.minutes_played.isna()
    missing_stat = reason == "missing_stat"
    no_zones = s.game_has_shots.fillna(False).astype(bool) & (s.fg_attempts > 0) & s.paint_attempts.isna()
    s["quality_issues"] = joined([("missing_team_row", ~has_team), ("missing_minutes", no_minutes), ("missing_stat", missing_stat), ("usage_over_100", s.usage_rate > 100), ("missing_shot_zones", no_zones)])
    s["is_production_ready"] = has_team & ~no_minutes & ~missing_stat
    return s[
        ["player_lookup", "player_full_name", "game_id", "nba_game_id", "game_date", "team_abbr", "opponent_team_abbr", "season_year",
         "home_game", "minutes_played", *STATS, "paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes",
         "three_attempts_pbp", "three_makes_pbp", "has_complete_shot_zones", "assisted_fg_makes", "unassisted_fg_makes", "usage_rate",
         "ts_pct", "efg_pct", "win_flag", "points_line", "opening_line", "line_movement", "over_under_result", "margin",
         "points_line_source", "is_active", "player_status", "is_dnp", "dnp_reason", "usage_rate_valid", "usage_null_reason",
         "primary_source_used", "data_quality_tier", "quality_score", "quality_issues", "is_production_ready", "game_completeness_pct",
         "nba_player_id", "is_bootstrap"]
    ]  # fmt: skip
