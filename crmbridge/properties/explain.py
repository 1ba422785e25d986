"""Why a value is what it is; apps that know where values come from tell it here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Explanation:
    """One sentence, and what it rests on as label and value."""

    sentence: str
    facts: list[tuple[Any, Any]] = field(default_factory=list)


# Gets a record and the name of a property; None when it knows nothing of it.
Explainer = Callable[[Any, str], Explanation | None]
_explainers: dict[str, Explainer] = {}


def register(name: str, explainer: Explainer) -> None:
    """Adds one who may know; the same name again replaces it."""
    _explainers[name] = explainer


def explain(record: Any, name: str) -> Explanation | None:
    """The first explanation that somebody has."""
    return next(filter(None, (explainer(record, name) for explainer in _explainers.values())), None)
