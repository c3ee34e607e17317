"""Shots by zone: of shooters as play-by-play names them, and of the listed players whom they are."""

import numpy as np
import pandas as pd

from frames import newest, team_code, text
from names import lookups_of

ZONES = ["paint", "mid_range", "three"]


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
    # The largest of each group by sorting: a groupby takes the largest of texts one group at a time.
    bases = s[[*key, "base_lookup"]].drop_duplicates().sort_values("base_lookup").drop_duplicates(key, keep="last")
    c = c.merge(bases, on=key, how="left")
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
