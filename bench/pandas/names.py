"""The two rules that are applied once to each distinct text: player names and minutes."""

import re
import unicodedata

import pandas as pd

LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "ı": "i"})
SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


def player_lookup(name):
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).lower())
    bare = "".join(c for c in bare if not unicodedata.category(c).startswith("M")).translate(LETTERS).strip()
    bare = re.sub(r" senior$", " sr", re.sub(r" junior$", " jr", bare))
    return re.sub(r"[^a-z0-9]", "", bare)


def _split(lookup):
    match = re.fullmatch(r"(\d{1,15})([a-z].*)", lookup)
    return (lookup, None) if match is None else (match[2], int(match[1]))


def _base(name):
    words = name.split()
    if len(words) <= 1:
        return re.sub(r"(jr|sr|iii|ii|iv)$", "", _split(player_lookup(name))[0])
    last = {"junior": "jr", "senior": "sr"}.get(words[-1].lower(), player_lookup(words[-1]))
    return player_lookup(" ".join(words[:-1]) if last in SUFFIXES else name)


def lookups_of(column):
    """player_lookup, base_lookup and prefix_player_id of a column of names."""
    codes, texts = pd.factorize(column)
    found = [(*_split(player_lookup(name)), _base(name)) for name in texts]
    table = pd.DataFrame(found, columns=["player_lookup", "prefix_player_id", "base_lookup"])
    table["player_lookup"] = table.player_lookup.mask(table.player_lookup == "")
    table["prefix_player_id"] = table.prefix_player_id.astype("float64")
    return table.reindex(codes).set_axis(column.index)


def minutes_of(column):
    """Minutes of `MM:SS` or a plain number; unknown where they cannot be read."""
    codes, texts = pd.factorize(column)
    return pd.Series([_minutes(value.strip()) for value in texts], dtype="float64").reindex(codes).set_axis(column.index)


def _minutes(value):
    clock = re.fullmatch(r"(\d{1,3}):(\d{2})", value)
    if clock is not None:
        return int(clock[1]) + int(clock[2]) / 60 if int(clock[2]) <= 60 else None
    return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
