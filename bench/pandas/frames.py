"""What every step uses: team codes, texts, newest rows, sums over windows, and what was known before a date."""

import numpy as np
import pandas as pd

CODES = (
    "ATL BOS BKN CHA CHI CLE DAL DEN DET GSW HOU IND LAC LAL MEM MIA MIL MIN NOP NYK OKC ORL PHI PHX POR SAC SAS "
    "TOR UTA WAS"
).split()
CODE = {c: c for c in CODES} | dict(
    BRK="BKN", CHO="CHA", PHO="PHX", NY="NYK", GS="GSW", NO="NOP", SA="SAS", UTAH="UTA"
)


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


def pooled(frame, by, size, points, possessions, minutes):
    """Rolling sums for ratings and pace: a game with an unknown input is in neither sum."""
    rated = points.notna() & possessions.notna()
    paced = possessions.notna() & minutes.notna()
    g = frame[["game_date", *by]].assign(
        points=points.where(rated), possessions=possessions.where(rated), paced=possessions.where(paced), minutes=minutes.where(paced)
    )
    sums = rolled(g, by, size, ["points", "possessions", "paced", "minutes"])
    return g[["game_date", *by]].join(sums)


def joined(issues):
    """Codes with commas between, NULL where none holds."""
    out = np.full(len(issues[0][1]), "", dtype=object)
    for code, holds in issues:
        holds = np.asarray(holds, dtype=bool)
        if holds.any():
            out[holds] = out[holds] + f",{code}"
    codes = pd.Series(out, index=issues[0][1].index, dtype="str").str[1:]
    return codes.mask(codes == "")
