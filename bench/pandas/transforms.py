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

from analytics import defense, offense, player_summary
from context import composite, context, game_lines, stars_out
from players import daily_cache, shot_zones, timeline
from rows import STATS, games, player_rows, sides, team_boxes, team_sums
from shots import player_zones, shooters
from teams import defense_zones, recent_form


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
