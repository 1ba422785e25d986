"""Where the generated people live and what they are called."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

NOT_LATIN = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, and its letters for an e-mail address."""

    written: str
    slug: str


@dataclass(frozen=True, slots=True)
class Region:
    """One country's names, places and habits of writing; see the data file."""

    country: str
    language: str
    weight: int
    street: str
    words: list[str]
    phone: str
    first: list[Name]
    last: list[Name]
    places: list[tuple[str, str, str]]
    companies: list[str]


@cache
def regions() -> list[Region]:
    """All regions of the data file."""
    text = (files(__package__) / "regions.toml").read_text(encoding="utf-8")
    return [_region(entry) for entry in tomllib.loads(text)["region"]]


def slug(text: str) -> str:
    """The text in small Latin letters only."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return NOT_LATIN.sub("", plain.lower())


def _region(entry: dict[str, Any]) -> Region:
    names = {key: [_name(text) for text in entry[key]] for key in ("first", "last")}
    places = [tuple(place) for place in entry["places"]]
    return Region(**(entry | names | {"places": places}))


def _name(text: str) -> Name:
    written, _, romanised = text.partition(":")
    return Name(written, romanised or slug(written))
