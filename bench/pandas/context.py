"""The situation of a game: lines, reports, player_game_context and player_composite_factors."""

import numpy as np
import pandas as pd

from frames import before, divide, flag, joined, newest, rolled, team_code, text
from names import lookups_of


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
