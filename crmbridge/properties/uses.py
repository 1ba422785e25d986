"""Where properties are used; apps that properties do not know tell it here."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """One thing that uses a property, and its page."""

    label: Any
    url: str


# Gets the numbers of properties; returns the uses of each that has any.
Finder = Callable[[Iterable[int]], dict[int, list[Use]]]
# Gets a property and the type that it shall have; returns the sentence of why not, or "".
Veto = Callable[[Any, str], str]
_finders: dict[str, Finder] = {}
_vetoes: dict[str, Veto] = {}


def register(name: str, finder: Finder, *, veto: Veto | None = None) -> None:
    """Adds a kind of use, and what it has against other types; the same name again replaces it."""
    _finders[name] = finder
    if veto is not None:
        _vetoes[name] = veto


def of(properties: Iterable[int]) -> dict[int, list[Use]]:
    """The uses of each property that has any."""
    wanted, found = list(properties), defaultdict[int, list[Use]](list)
    for finder in _finders.values():
        for number, uses in finder(wanted).items():
            found[number] += uses
    return found


def against_type(item: Any, type: str) -> str:
    """Why the property cannot have the type, in one sentence; "" if it can."""
    return next(filter(None, (veto(item, type) for veto in _vetoes.values())), "")
