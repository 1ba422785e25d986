"""Searches that apps add to lists they do not know."""

from collections import defaultdict
from collections.abc import Callable, Iterable

# Gets what was typed; returns the ids of the records that it names, none when it is not in its form.
Finder = Callable[[str], Iterable[int]]

# Gets what was pasted; returns the record of each text that names one.
ManyFinder = Callable[[list[str]], dict[str, int]]

_finders: dict[str, dict[str, Finder]] = defaultdict(dict)
_helpers: dict[str, dict[str, Finder]] = defaultdict(dict)
_many: dict[str, dict[str, ManyFinder]] = defaultdict(dict)


def register(kind: str, name: str, finder: Finder) -> None:
    """Adds a way to find records of a kind; the same name again replaces it."""
    _finders[kind][name] = finder


def register_also(kind: str, name: str, finder: Finder) -> None:
    """Adds a way to find records beside all others, by something that may be a word as well."""
    _helpers[kind][name] = finder


def register_many(kind: str, name: str, finder: ManyFinder) -> None:
    """Adds a way to find many records at once by what names each."""
    _many[kind][name] = finder


def find_many(kind: str, terms: list[str]) -> dict[str, int]:
    """The records that the terms name; terms that name none are left out."""
    found: dict[str, int] = {}
    for finder in _many[kind].values() if terms else ():
        found |= finder(terms)
    return found


def also(kind: str, term: str) -> list[int]:
    """The ids of the records that the term names beside those that the list finds by itself."""
    return [number for finder in _helpers[kind].values() for number in finder(term)]


def find(kind: str, term: str) -> list[int]:
    """The ids of the records that the term names exactly; none when it is only a word to no finder."""
    found = (list(finder(term)) for finder in _finders[kind].values())
    return next(filter(None, found), [])
