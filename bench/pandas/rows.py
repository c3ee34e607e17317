"""Games, listed players and team box scores from raw rows: codes and names in one form, newest scrapes."""

import pandas as pd

from frames import newest, team_code, text
from names import lookups_of, minutes_of

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
