"""The published tables of the pipeline in pandas, from the raw Parquet files of a warehouse folder.

Usage: python transforms.py WAREHOUSE OUT

Writes OUT/<dataset>.<table>.parquet, and one line of JSON with the seconds of reading, computing and writing.
Vectorised throughout: groupby, rolling, merge_asof. Left out, because the seasons that are compared have no such
rows: the fallback source and props (no files), listings without a team or an id, coming games. Left out as columns:
data_hash, processed_at, calculation_version and the four context JSON columns of player_composite_factors.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from names import lookups_of, minutes_of

CODES = (
    "ATL BOS BKN CHA CHI CLE DAL DEN DET GSW HOU IND LAC LAL MEM MIA MIL MIN NOP NYK OKC ORL PHI PHX POR SAC SAS "
    "TOR UTA WAS"
).split()
CODE = {c: c for c in CODES} | dict(
    BRK="BKN", CHO="CHA", PHO="PHX", NY="NYK", GS="GSW", NO="NOP", SA="SAS", UTAH="UTA"
)
STARTS = pd.to_datetime(
    "2015-10-27 2016-10-25 2017-10-17 2018-10-16 2019-10-22 2020-12-22 2021-10-19 2022-10-18 2023-10-24 "
    "2024-10-22 2025-10-21".split()
)
STATS = dict(
    points="points", assists="assists", rebounds="total_rebounds", offensive_rebounds="offensive_rebounds",
    defensive_rebounds="defensive_rebounds", steals="steals", blocks="blocks", turnovers="turnovers",
    fg_attempts="field_goals_attempted", fg_makes="field_goals_made", three_pt_attempts="three_pointers_attempted",
    three_pt_makes="three_pointers_made", ft_attempts="free_throws_attempted", ft_makes="free_throws_made",
    plus_minus="plus_minus", personal_fouls="personal_fouls",
)  # fmt: skip
TEAM_STATS = [
    "points", "fg_attempts", "fg_makes", "three_pt_attempts", "three_pt_makes", "ft_attempts", "ft_makes",
    "offensive_rebounds", "rebounds", "assists", "turnovers", "personal_fouls",
]  # fmt: skip
ZONES = ["paint", "mid_range", "three"]


def read(warehouse, table, columns):
    """All files of a raw table; dates as timestamps, so that pandas computes with them."""
    files = sorted((warehouse / "nba_raw" / table).glob("*.parquet"))
    parts = [pq.read_table(file, columns=[c for c in columns if c in pq.read_schema(file).names]) for file in files]
    whole = pa.concat_tables(parts, promote_options="permissive")
    for name in set(columns) - set(whole.column_names):
        whole = whole.append_column(name, pa.nulls(len(whole), pa.string()))
    for i, field in enumerate(whole.schema):
        if pa.types.is_date(field.type):
            whole = whole.set_column(i, field.name, whole.column(i).cast(pa.timestamp("us")))
    return whole.to_pandas()


def by_text(column, rule):
    """A rule applied once to each distinct text: columns of plays have few of them."""
    codes, texts = pd.factorize(column)
    return pd.Series(rule(pd.Series(texts)).reindex(codes).to_numpy(), index=column.index)


def team_code(column):
    return by_text(column, lambda texts: texts.str.strip().str.upper().map(CODE))


def text(column):
    return by_text(column, lambda texts: texts.str.strip().str.lower()).fillna("")


def newest(frame, key, order):
    """The last row of each key in an order."""
    repeated = frame.duplicated(key, keep=False)
    if not repeated.any():
        return frame
    kept = frame[repeated].sort_values(order).drop_duplicates(key, keep="last")
    return pd.concat([frame[~repeated], kept])


def divide(a, b):
    """NULL where the denominator is 0 or unknown."""
    return a / b.where(b != 0)


def flag(known, value):
    """A boolean that can be unknown."""
    return value.astype("boolean").where(known)


# Games and rows of players


def games(raw):
    g = raw.assign(
        nba_game_id=raw.game_id.str.strip().str.zfill(10),
        home=team_code(raw.home_team_tricode),
        away=team_code(raw.away_team_tricode),
    )
    g = newest(g, ["nba_game_id"], ["game_status", "processed_at"])
    g = g[g.nba_game_id.str[:3].isin(["002", "004", "005", "006"]) & g.home.notna() & g.away.notna() & (g.home != g.away)]
    season = STARTS.searchsorted(g.game_date, side="right") - 1
    clock = g.game_date_est.dt.hour * 60 + g.game_date_est.dt.minute
    tipoff = g.game_date_est.where(clock != 0).dt.tz_localize("America/New_York", ambiguous=False, nonexistent="shift_forward")
    scored = ~((g.home_team_score == 0) & (g.away_team_score == 0))
    return g.assign(
        season_year=season + 2015,
        is_bootstrap=(g.game_date - STARTS[season]).dt.days < 14,
        is_final=g.game_status == 3,
        tipoff_at=tipoff.dt.tz_convert("UTC").dt.tz_localize(None),
        home_score=g.home_team_score.where(scored),
        away_score=g.away_team_score.where(scored),
        game_id=g.game_date.dt.strftime("%Y%m%d") + "_" + g.away + "_" + g.home,
    )


def sides(g):
    """Two rows a game, one a side."""
    shared = ["game_date", "game_id", "nba_game_id", "season_year", "is_bootstrap", "is_final", "tipoff_at"]
    parts = []
    for own, other, home in (("home", "away", True), ("away", "home", False)):
        part = g[shared].assign(
            team_abbr=g[own], opponent_team_abbr=g[other], home_game=home,
            team_score=g[f"{own}_score"], opponent_score=g[f"{other}_score"],
        )  # fmt: skip
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def player_rows(raw, side):
    """Every listed man of a final game, newest scrape."""
    names = lookups_of(raw.player_lookup.where(text(raw.player_lookup) != "", raw.player_name))
    p = pd.DataFrame(
        dict(
            game_date=raw.game_date,
            player_lookup=names.player_lookup,
            base_lookup=names.base_lookup,
            nba_player_id=raw.nba_player_id,
            player_full_name=raw.player_name,
            team_abbr=team_code(raw.team_abbr),
            player_status=text(raw.player_status),
            dnp_reason=raw.dnp_reason,
            minutes_played=minutes_of(raw.minutes),
            processed_at=raw.processed_at,
        )
    )
    for name, column in STATS.items():
        p[name] = raw[column]
    final = side.loc[side.is_final, ["game_date", "team_abbr", "nba_game_id"]]
    p = p[p.player_lookup.notna()].merge(final, on=["game_date", "team_abbr"])
    p = newest(p, ["game_date", "player_lookup", "nba_player_id"], ["processed_at"])
    active = p.player_status == "active"
    for name in ["minutes_played", *STATS]:
        p[name] = p[name].where(active)
    # Two men under one lookup cannot be told apart: neither is published.
    return p[~p.duplicated(["game_date", "player_lookup"], keep=False)].reset_index(drop=True)


def team_boxes(raw, side):
    b = pd.DataFrame(dict(game_date=raw.game_date, team_abbr=team_code(raw.team_abbr), minutes=minutes_of(raw.minutes)))
    for name in ["points", "offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls", "processed_at"]:
        b[name] = raw[name]
    b["rebounds"] = raw.total_rebounds
    for ours, theirs in (("fg", "fg"), ("three_pt", "three_pt"), ("ft", "ft")):
        b[f"{ours}_attempts"] = raw[f"{theirs}_attempted"]
        b[f"{ours}_makes"] = raw[f"{theirs}_made"]
    b = b.merge(side.loc[side.is_final, ["game_date", "team_abbr"]], on=["game_date", "team_abbr"])
    b = newest(b, ["game_date", "team_abbr"], ["processed_at"])
    whole = 2 * (b.fg_makes - b.three_pt_makes) + 3 * b.three_pt_makes + b.ft_makes
    b["is_consistent"] = (b.points > 0) & (b.fg_attempts > 0) & (b.points == whole)
    return b


def team_sums(players, side):
    """Sums of a team's players, and whether they are a whole team."""
    key = ["game_date", "team_abbr"]
    played = players.minutes_played > 0
    stats = [*TEAM_STATS, "steals", "blocks", "defensive_rebounds"]
    grouped = players.groupby(key, sort=False)
    s = grouped[stats].sum(min_count=1)
    lacking = players[stats].isna().mul(played, axis=0).groupby([players.game_date, players.team_abbr], sort=False).any()
    s = s.mask(lacking.reindex(s.index))
    s["minutes"] = grouped.minutes_played.sum(min_count=1)
    s["played"] = played.groupby([players.game_date, players.team_abbr], sort=False).sum()
    s["inactive"] = (players.player_status == "inactive").groupby([players.game_date, players.team_abbr], sort=False).sum()
    unlisted = (players.player_status != "active").groupby(players.nba_game_id).sum()
    s = side[side.is_final & side.nba_game_id.isin(unlisted.index)][[*key, "nba_game_id", "team_score"]].merge(s.reset_index(), on=key, how="left")
    s["players_inactive"] = s.inactive.fillna(0).where(s.nba_game_id.map(unlisted) > 0)
    overtime = ((s.minutes - 240) / 25).round().clip(lower=0)
    shots = 2 * (s.fg_makes - s.three_pt_makes) + 3 * s.three_pt_makes + s.ft_makes
    s["is_whole"] = (
        (s.played >= 5) & (s.points > 0) & (s.fg_attempts > 0) & (s.points == shots)
        & ((s.minutes - 240 - 25 * overtime).abs() <= 6) & (s.team_score.isna() | (s.team_score == s.points))
    )  # fmt: skip
    return s


# Shots


def shooters(raw, side):
    """Shots by zone of each shooter of a team, as play-by-play names him."""
    own, home, away = (team_code(raw[f"{c}_team_abbr"]) for c in ("player_1", "home", "away"))
    plays = raw.drop(columns=["home_team_abbr", "away_team_abbr", "player_1_team_abbr"]).assign(team_abbr=own, game_team=home.fillna(away).fillna(own))
    game = side.loc[side.is_final, ["game_date", "team_abbr", "opponent_team_abbr", "nba_game_id"]].rename(columns=dict(team_abbr="game_team"))
    plays = plays.merge(game, on=["game_date", "game_team"])
    plays = newest(plays, ["nba_game_id", "event_sequence"], ["processed_at"])
    known = (plays.shot_distance >= 0) & (plays.shot_distance < 1000)
    inside = (plays.team_abbr == plays.game_team) | (plays.team_abbr == plays.opponent_team_abbr)
    shots = plays[(text(plays.event_type) == "shot") & known & inside]
    three = text(shots.event_subtype).str.contains("3pt", regex=False) | (text(shots.shot_type) == "3pt")
    zone = np.where(shots.shot_distance <= 8.0, "paint", np.where(three, "three", "mid_range"))
    made = shots.shot_made.astype("boolean").fillna((shots.points_scored > 0).fillna(False)).astype(bool)
    names = lookups_of(shots.player_1_lookup.where(text(shots.player_1_lookup) != "", shots.player_1_name))
    s = pd.DataFrame(
        dict(
            game_date=shots.game_date, nba_game_id=shots.nba_game_id, team_abbr=shots.team_abbr,
            shooter=names.player_lookup, base_lookup=names.base_lookup, prefix_id=names.prefix_player_id,
            roles=shots.player_2_role.notna(), assisted=made & (text(shots.player_2_role) == "assist"), shots=1,
        )
    )  # fmt: skip
    for name in ZONES:
        s[f"{name}_attempts"] = zone == name
        s[f"{name}_makes"] = (zone == name) & made
    s["prefix_id"] = s.prefix_id.fillna(s.groupby(["nba_game_id", "team_abbr", "shooter"]).prefix_id.transform("max"))
    key = ["game_date", "nba_game_id", "team_abbr", "shooter", "prefix_id"]
    counts = [f"{name}_{what}" for name in ZONES for what in ("attempts", "makes")]
    c = s.groupby(key, dropna=False, sort=False)[[*counts, "shots", "roles", "assisted"]].sum().reset_index()
    c["base_lookup"] = s.groupby(key, dropna=False, sort=False).base_lookup.max().to_numpy()
    has_roles = c.groupby("nba_game_id").roles.transform("sum") > 0
    c["assisted_fg_makes"] = c.assisted.where(has_roles)
    c["unassisted_fg_makes"] = (c.paint_makes + c.mid_range_makes + c.three_makes - c.assisted).where(has_roles)
    return c


def unique_pairs(pairs):
    """Pairs whose shooter and man both stand in one pair only."""
    return pairs[~pairs.duplicated("row", keep=False) & ~pairs.duplicated("man", keep=False)]


def player_zones(shooter, players):
    """Shots of each listed man of a game that has shots."""
    key = ["game_date", "team_abbr"]
    s = shooter.assign(row=np.arange(len(shooter)))
    p = players[players.nba_game_id.isin(s.nba_game_id)].copy()
    p["man"] = np.arange(len(p))
    by_name = s[[*key, "shooter", "row"]].merge(p[[*key, "player_lookup", "man"]], left_on=[*key, "shooter"], right_on=[*key, "player_lookup"])
    left = s[~s.row.isin(by_name.row)]
    by_id = left.loc[left.prefix_id.notna(), [*key, "prefix_id", "row"]].merge(
        p[[*key, "nba_player_id", "man"]], left_on=[*key, "prefix_id"], right_on=[*key, "nba_player_id"]
    )
    known = pd.concat([by_name[["row", "man"]], by_id[["row", "man"]]])
    elsewhere = s.merge(p[["game_date", "player_lookup"]].drop_duplicates(), left_on=["game_date", "shooter"], right_on=["game_date", "player_lookup"]).row
    lost = s[~s.row.isin(known.row) & ~s.row.isin(elsewhere)]
    free = p[(p.fg_attempts > 0) & ~p.man.isin(known.man)]
    named = unique_pairs(lost.merge(free, on=[*key, "base_lookup"])[["row", "man"]])
    rest = lost[~lost.row.isin(named.row)].merge(free[~free.man.isin(named.man)], left_on=[*key, "shots"], right_on=[*key, "fg_attempts"])
    matched = pd.concat([known, named, unique_pairs(rest[["row", "man"]])])
    counts = [f"{name}_{what}" for name in ZONES for what in ("attempts", "makes")]
    roles = ["assisted_fg_makes", "unassisted_fg_makes"]
    z = matched.merge(s[["row", *counts, *roles]], on="row").groupby("man")[[*counts, *roles]].sum(min_count=1)
    p = p.join(z, on="man")
    p[counts] = p[counts].mask(p[counts].isna() & (p.fg_attempts == 0).to_numpy()[:, None], 0)
    has_roles = s.assign(known=s.assisted_fg_makes.notna()).groupby(key).known.any()
    with_roles = pd.MultiIndex.from_frame(p[key]).isin(has_roles[has_roles].index)
    p[roles] = p[roles].mask(p[roles].isna() & ((p.fg_attempts == 0) & with_roles).to_numpy()[:, None], 0)
    return p[["game_date", "player_lookup", *counts, *roles]]


# Analytics


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


def joined(issues):
    """Codes with commas between, NULL where none holds."""
    out = np.full(len(issues[0][1]), "", dtype=object)
    for code, holds in issues:
        holds = np.asarray(holds, dtype=bool)
        if holds.any():
            out[holds] = out[holds] + f",{code}"
    codes = pd.Series(out, index=issues[0][1].index, dtype="str").str[1:]
    return codes.mask(codes == "")


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


# Before the date


def before(asked, history, by, columns, prefix=""):
    """The newest row of the history before each asked date: what was known then."""
    left = asked.reset_index(drop=True)
    by = [by] if isinstance(by, str) else by
    order = left[["game_date", *by]].assign(row=np.arange(len(left))).sort_values("game_date", kind="stable")
    right = history[["game_date", *by, *columns]].sort_values("game_date", kind="stable")
    found = pd.merge_asof(order, right, on="game_date", by=by, allow_exact_matches=False)
    return found.set_index("row")[columns].sort_index().add_prefix(prefix)


def rolled(frame, by, size, columns):
    """Sums over the last rows of each group; NULL when none is known. The frame is sorted by group and date."""
    return frame.groupby(by, sort=False)[columns].rolling(size, min_periods=1).sum().droplevel(list(range(len(by))))


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


def pooled(frame, by, size, points, possessions, minutes):
    """Rolling sums for ratings and pace: a game with an unknown input is in neither sum."""
    rated = points.notna() & possessions.notna()
    paced = possessions.notna() & minutes.notna()
    g = frame[["game_date", *by]].assign(
        points=points.where(rated), possessions=possessions.where(rated), paced=possessions.where(paced), minutes=minutes.where(paced)
    )
    sums = rolled(g, by, size, ["points", "possessions", "paced", "minutes"])
    return g[["game_date", *by]].join(sums)


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


# The day's context


def game_lines(raw, side):
    """The team's own spread and the total, of the last snapshot before tip-off of the preferred book."""
    home, away, outcome = (team_code(raw[f"{c}_team_abbr"]) for c in ("home", "away", "outcome"))
    market = text(raw.market_key)
    by_name = home.where(raw.outcome_name == raw.home_team).fillna(away.where(raw.outcome_name == raw.away_team))
    line = raw.assign(
        market=market, book=text(raw.bookmaker_key), home=home, away=away, team_abbr=home.fillna(outcome).fillna(away),
        side=outcome.fillna(by_name).where(market != "totals", "total"), point=raw.outcome_point.where(raw.outcome_point.abs() < 1000),
    )  # fmt: skip
    line = line.merge(side[["game_date", "team_abbr", "opponent_team_abbr", "nba_game_id", "tipoff_at"]], on=["game_date", "team_abbr"])
    tipoff = line.commence_time.fillna(line.tipoff_at)
    early = (line.snapshot_timestamp < tipoff).where(tipoff.notna(), line.snapshot_timestamp <= line.game_date + pd.Timedelta(hours=16))
    same = line.home.isna() | line.away.isna() | (line.opponent_team_abbr == line.away)
    line = line[early & same & line.side.notna() & line.market.isin(["spreads", "totals"])]
    line = newest(line.assign(has=line.point.notna()), ["nba_game_id", "book", "market", "side"], ["snapshot_timestamp", "has", "outcome_name", "point"])
    line = line[line.point.notna()].assign(place=lambda x: x.book.map({"draftkings": 0, "fanduel": 1, "": 3}).fillna(2))
    line = line.sort_values(["place", "book"])
    first = line.drop_duplicates(["nba_game_id", "market"])[["nba_game_id", "market", "book"]]
    line = line.merge(first, on=["nba_game_id", "market", "book"])
    total = line[line.market == "totals"].groupby("nba_game_id").point.max()
    spread = line[line.market == "spreads"].groupby(["nba_game_id", "side"]).point.max().rename("point").reset_index()
    out = side[["game_date", "team_abbr", "opponent_team_abbr", "nba_game_id"]].copy()
    for column, name in (("team_abbr", "own"), ("opponent_team_abbr", "other")):
        out = out.merge(spread.rename(columns=dict(side=column, point=name)), on=["nba_game_id", column], how="left")
    out["game_spread"] = out.own.fillna(-out.other)
    out["game_total"] = out.nba_game_id.map(total)
    return out[["game_date", "team_abbr", "game_spread", "game_total"]]


def stars_out(raw, side, summary, played):
    """The stars whom the report of a team's game lists out, and the games that have a report."""
    reports = raw.loc[raw.report_hour.notna(), ["report_date", "report_hour"]].drop_duplicates()
    clock = reports.report_date + pd.to_timedelta(reports.report_hour * 60 + 30, unit="m")
    utc = clock.dt.tz_localize("America/New_York", ambiguous=False, nonexistent="shift_forward").dt.tz_convert("UTC").dt.tz_localize(None)
    reports = reports.assign(report_at=utc).sort_values("report_at")
    game = side[side.tipoff_at.notna()].sort_values("tipoff_at")[["game_date", "team_abbr", "season_year", "tipoff_at"]]
    found = pd.merge_asof(game, reports, left_on="tipoff_at", right_on="report_at", allow_exact_matches=False, tolerance=pd.Timedelta(hours=30))
    found = found[found.report_date.notna() & (found.game_date - found.report_date).dt.days.between(0, 2)]
    same_day = side[["game_date", "team_abbr"]].rename(columns=dict(game_date="report_date")).assign(played=True)
    found = found.merge(same_day, on=["report_date", "team_abbr"], how="left")
    found = found[found.played.isna() | (found.report_date == found.game_date)]
    names = lookups_of(raw.player_lookup.where(text(raw.player_lookup) != "", raw.player_full_name))
    listed = raw.assign(team_abbr=team_code(raw.team), player_lookup=names.player_lookup, status=text(raw.injury_status))
    listed = listed[listed.player_lookup.notna()].merge(found[["game_date", "team_abbr", "season_year", "report_date", "report_hour"]], on=["game_date", "team_abbr", "report_date", "report_hour"])
    listed = newest(listed, ["game_date", "team_abbr", "player_lookup"], ["processed_at"])
    out = listed[listed.status.isin(["out", "doubtful"])].reset_index(drop=True)
    out["nba_player_id"] = before(out, summary, "player_lookup", ["nba_player_id"]).nba_player_id
    out = out[out.nba_player_id.notna()].reset_index(drop=True).astype({"nba_player_id": summary.nba_player_id.dtype})
    season = ["nba_player_id", "season_year"]
    g = played[["game_date", *season]].copy()
    keys = [played.nba_player_id, played.season_year]
    g["games"] = played.groupby(season, sort=False).cumcount() + 1
    known = played.points.notna().astype(float).groupby(keys, sort=False).cumsum()
    g["points_avg"] = played.points.fillna(0).groupby(keys, sort=False).cumsum() / known
    g["minutes_avg"] = played.minutes_played.groupby(keys, sort=False).cumsum() / g.games
    f = before(out, g, season, ["games", "points_avg", "minutes_avg"])
    star = (f.games >= 10) & ((f.points_avg >= 18) | ((f.minutes_avg >= 28) & (f.points_avg >= 12)))
    return found[["game_date", "team_abbr"]], out.loc[star, ["game_date", "team_abbr", "nba_player_id"]].drop_duplicates()


def context(asked, played, side, form, lines, reports, stars):
    man = ["nba_player_id"]
    # Every listed row of a man by date: windows of days look back from it on the games that he played.
    rows = asked.merge(played[["nba_player_id", "game_date", "player_lookup"]].assign(played=True), on=["nba_player_id", "game_date", "player_lookup"], how="left")
    rows["played"] = rows.played.fillna(False).astype(bool)
    rows["row"] = np.arange(len(rows))
    rows = rows.sort_values(["nba_player_id", "game_date"])
    rows["load"] = rows.minutes_played.where(rows.played, 0.0)
    rows["game"] = rows.played.astype(float)
    last = played[["nba_player_id", "game_date"]].copy()
    last["second"] = (last.groupby(man, sort=False).game_date.diff().dt.days == 1).astype(float)
    rows = rows.merge(last, on=["nba_player_id", "game_date"], how="left")
    rows["second"] = rows.second.where(rows.played, 0.0)
    timed = rows.set_index("game_date").groupby(man, sort=False)
    window = {
        "games_in_last_7_days": timed.game.rolling("7D", closed="left", min_periods=0).sum(),
        "games_in_last_14_days": timed.game.rolling("14D", closed="left", min_periods=0).sum(),
        "minutes_in_last_7_days": timed.load.rolling("7D", closed="left", min_periods=0).sum(),
        "minutes_in_last_14_days": timed.load.rolling("14D", closed="left", min_periods=0).sum(),
        # Both dates of a pair lie in the 14 days when the second lies in the last 13.
        "back_to_backs_last_14_days": timed.second.rolling("13D", closed="left", min_periods=0).sum(),
    }
    recent = pd.DataFrame({name: values.to_numpy() for name, values in window.items()}, index=rows.row.to_numpy()).sort_index()
    games = recent.games_in_last_7_days
    recent["avg_minutes_per_game_last_7"] = divide(recent.minutes_in_last_7_days, games)
    g = played[["nba_player_id", "game_date", "usage_minutes", "usage_weight"]].copy()
    for size in (7, 3):
        g[[f"minutes_{size}", f"weight_{size}"]] = rolled(g, man, size, ["usage_minutes", "usage_weight"]).to_numpy()
    g["last_played"] = g.game_date
    f = before(asked, g, man, ["minutes_7", "weight_7", "minutes_3", "weight_3", "last_played"])
    days = (asked.reset_index(drop=True).game_date - f.last_played).dt.days
    c = asked[["game_date", "player_lookup", "game_id", "team_abbr", "opponent_team_abbr"]].reset_index(drop=True)
    c["days_rest"] = days.clip(upper=30)
    c["back_to_back"] = flag(days.notna(), days == 1)
    c = c.join(recent)
    c["avg_usage_rate_last_7_games"] = divide(f.minutes_7, f.weight_7)
    c["projected_usage_rate"] = divide(f.minutes_3, f.weight_3)
    key = ["game_date", "team_abbr"]
    t = side[[*key, "opponent_team_abbr"]].merge(form, on=key, how="left")
    t = t.merge(form.rename(columns=lambda x: f"opponent_{x}" if x.endswith("_10") or x == "team_abbr" else x), on=["game_date", "opponent_team_abbr"], how="left")
    t["pace_differential"] = t.pace_last_10 - t.opponent_pace_last_10
    t = t.merge(lines, on=key, how="left")
    t["team_implied_total"] = (t.game_total - t.game_spread) / 2
    t = t.merge(reports.assign(reported=True), on=key, how="left").merge(stars.groupby(key).size().rename("stars").reset_index(), on=key, how="left")
    t["stars"] = t.stars.fillna(0).where(t.reported.notna())
    c = c.merge(t[[*key, "pace_differential", "opponent_pace_last_10", "opponent_def_rating_last_10", "game_total", "game_spread", "team_implied_total", "stars"]], on=key, how="left")
    himself = asked[[*key, "nba_player_id"]].merge(stars.assign(himself=1), on=[*key, "nba_player_id"], how="left").himself.fillna(0)
    c["star_teammates_out"] = c.stars - himself.to_numpy()
    return c.drop(columns="stars")


def away_from_zero(x):
    return np.sign(x) * np.floor(np.abs(x) + 0.5)


def composite(asked, cache, zones, teams, ctx):
    p = asked.loc[~asked.is_bootstrap, ["game_date", "player_lookup", "game_id", "team_abbr", "opponent_team_abbr"]]
    key = ["game_date", "player_lookup"]
    p = p.merge(ctx.drop(columns=["game_id", "team_abbr", "opponent_team_abbr"]), on=key, how="left")
    p = p.merge(cache[["cache_date", "player_lookup", "usage_rate_last_10", "games_played_season"]].rename(columns=dict(cache_date="game_date")), on=key, how="left")
    p = p.merge(zones.rename(columns=dict(analysis_date="game_date")), on=key, how="left")
    versus = [f"{z}_defense_vs_league_avg" for z in ("paint", "mid_range", "three_pt")]
    d = teams[["analysis_date", "team_abbr", *versus]].rename(columns=dict(analysis_date="game_date", team_abbr="opponent_team_abbr"))
    p = p.merge(d, on=["game_date", "opponent_team_abbr"], how="left")
    zone = p.primary_scoring_zone
    perimeter, mid = (zone == "perimeter").to_numpy(), (zone == "mid_range").to_numpy()
    rate = pd.Series(np.select([perimeter, mid], [p.three_pt_rate_last_10, p.mid_range_rate_last_10], default=p.paint_rate_last_10))
    against = pd.Series(np.select([perimeter, mid], [p[versus[2]], p[versus[1]]], default=p[versus[0]])).where(zone.notna())
    back = p.back_to_back.fillna(False).astype(bool)
    fatigue = 100 + np.select([back, p.days_rest >= 3], [-15, 5], default=0)
    fatigue = fatigue - 10 * (p.games_in_last_7_days >= 4) - 10 * (p.minutes_in_last_7_days > 140) - 8 * (p.avg_minutes_per_game_last_7 > 35)
    fatigue = fatigue - np.select([p.back_to_backs_last_14_days >= 2, p.back_to_backs_last_14_days == 1], [12, 5], default=0)
    p["fatigue_score"] = fatigue.clip(0, 100).astype(float)
    raw = (against * (rate / 50).clip(upper=1)).fillna(0)
    p["shot_zone_mismatch_score"] = raw.where(raw.abs() <= 5, raw * 1.2).clip(-10, 10)
    p["pace_score"] = (p.pace_differential / 2).fillna(0).clip(-3, 3)
    rise = p.projected_usage_rate - p.usage_rate_last_10
    factor = np.select([rise <= 0, p.star_teammates_out >= 2, p.star_teammates_out == 1], [1, 1.3, 1.15], default=1)
    p["usage_spike_score"] = (rise * 0.3 * factor).where(p.usage_rate_last_10 > 0).fillna(0).clip(-3, 3)
    total = (p.fatigue_score - 100) / 20 + p.shot_zone_mismatch_score + p.pace_score + p.usage_spike_score
    p["total_composite_adjustment"] = away_from_zero(away_from_zero(total * 1e12) / 1e10) / 100
    for name in ["referee_favorability_score", "look_ahead_pressure_score", "travel_impact_score", "opponent_strength_score"]:
        p[name] = 0.0
    unknown = [
        ("days_rest", p.days_rest.isna()), ("projected_usage_rate", p.projected_usage_rate.isna()), ("pace_differential", p.pace_differential.isna()),
        ("player_shot_zone", zone.isna()), ("team_defense_zone", p[versus].isna().any(axis=1)),
    ]  # fmt: skip
    p["data_completeness_pct"] = 100.0 - 20.0 * sum(holds.astype(int) for _, holds in unknown)
    p["missing_data_fields"] = joined(unknown)
    p["early_season_flag"] = p.games_played_season.fillna(0) < 10
    warnings = [
        ("fatigue_score below 50", p.fatigue_score < 50), ("shot_zone_mismatch_score beyond 8", p.shot_zone_mismatch_score.abs() > 8),
        ("total_composite_adjustment beyond 12", p.total_composite_adjustment.abs() > 12),
    ]  # fmt: skip
    p["warning_details"] = joined(warnings)
    p["has_warnings"] = p.warning_details.notna()
    return p[
        ["game_date", "player_lookup", "game_id", "team_abbr", "opponent_team_abbr", "fatigue_score", "shot_zone_mismatch_score", "pace_score",
         "usage_spike_score", "referee_favorability_score", "look_ahead_pressure_score", "travel_impact_score", "opponent_strength_score",
         "total_composite_adjustment", "data_completeness_pct", "missing_data_fields", "early_season_flag", "has_warnings", "warning_details"]
    ]  # fmt: skip


def main(warehouse, out):
    at = [time.perf_counter()]
    box = ["points", "assists", "steals", "blocks", "turnovers", "personal_fouls", "offensive_rebounds", "defensive_rebounds", "total_rebounds"]
    schedule = read(warehouse, "nbac_schedule", ["game_id", "game_date", "game_date_est", "game_status", "home_team_tricode", "away_team_tricode", "home_team_score", "away_team_score", "processed_at"])
    gamebook = read(warehouse, "nbac_gamebook_player_stats", ["game_date", "player_name", "player_lookup", "nba_player_id", "team_abbr", "player_status", "dnp_reason", "minutes", *STATS.values(), "processed_at"])
    team_box = read(warehouse, "nbac_team_boxscore", ["game_date", "team_abbr", "minutes", "fg_made", "fg_attempted", "three_pt_made", "three_pt_attempted", "ft_made", "ft_attempted", *box, "processed_at"])
    plays = read(warehouse, "bigdataball_play_by_play", ["game_date", "event_sequence", "home_team_abbr", "away_team_abbr", "event_type", "event_subtype", "shot_type", "shot_distance", "shot_made", "points_scored", "player_1_lookup", "player_1_name", "player_1_team_abbr", "player_2_role", "processed_at"])
    odds = read(warehouse, "odds_api_game_lines", ["game_date", "bookmaker_key", "market_key", "outcome_name", "outcome_point", "outcome_team_abbr", "home_team", "away_team", "home_team_abbr", "away_team_abbr", "commence_time", "snapshot_timestamp"])
    injuries = read(warehouse, "nbac_injury_report", ["game_date", "report_date", "report_hour", "team", "player_lookup", "player_full_name", "injury_status", "processed_at"])
    at.append(time.perf_counter())
    steps = {}

    def step(name, value):
        steps[name] = round(time.perf_counter() - at[-1] - sum(steps.values()), 3)
        return value

    side = step("games", sides(games(schedule)))
    players = step("player rows", player_rows(gamebook, side))
    boxes = team_boxes(team_box, side)
    sums = step("team rows", team_sums(players, side))
    shots = step("shots", shooters(plays, side))
    zoned = step("zones of players", player_zones(shots, players))
    off = offense(side, boxes, sums, shots)
    dfn = step("team summaries", defense(side, off, boxes, sums))
    summary = step("player_game_summary", player_summary(players, side, zoned, off))
    played = step("timeline", timeline(summary))
    form = step("recent form", recent_form(side, off, dfn))
    cache = step("player_daily_cache", daily_cache(summary, played, form))
    zones = step("player_shot_zone_analysis", shot_zones(summary, played))
    teams = step("team_defense_zone_analysis", defense_zones(side, dfn))
    lines = step("lines", game_lines(odds, side))
    reports, stars = step("reports", stars_out(injuries, side, summary, played))
    ctx = step("player_game_context", context(summary, played, side, form, lines, reports, stars))
    factors = step("player_composite_factors", composite(summary, cache, zones, teams, ctx))
    at.append(time.perf_counter())
    tables = {
        "nba_analytics.team_offense_game_summary": off, "nba_analytics.team_defense_game_summary": dfn,
        "nba_analytics.player_game_summary": summary.drop(columns=["nba_player_id", "is_bootstrap"]),
        "nba_precompute.player_daily_cache": cache, "nba_precompute.player_shot_zone_analysis": zones,
        "nba_precompute.team_defense_zone_analysis": teams, "nba_precompute.player_game_context": ctx,
        "nba_precompute.player_composite_factors": factors,
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(out / f"{name}.parquet", index=False)
    at.append(time.perf_counter())
    seconds = dict(zip(("read", "compute", "write"), np.diff(at).round(3).tolist()))
    rows = {name: len(frame) for name, frame in tables.items()}
    print(json.dumps(dict(pandas=pd.__version__, seconds=seconds, steps=steps, rows=rows)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"used {used.ru_maxrss} {int((used.ru_utime + used.ru_stime) * 1e6)}", file=sys.stderr)
