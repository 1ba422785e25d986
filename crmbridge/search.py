"""Searches that apps add to lists they do not know."""

from collections import defaultdict
from collections.abc import Callable, Iterable

# Gets what was typed; returns the ids of the records that it names, or None when it is not in its form.
Finder = Callable[[str], Iterable[int] | None]

_finders: dict[str, dict[str, Finder]] = defaultdict(dict)


def register(kind: str, name: str, finder: Finder) -> None:
    """Adds a way to find records of a kind; the same name again replaces it."""
    _finders[kind][name] = finder


def find(kind: str, term: str) -> list[int] | None:
    """The ids of the records that the term names exactly; None when no finder knows its form."""
    for finder in _finders[kind].values():
        if (found := finder(term)) is not None:
            return list(found)
    return None
