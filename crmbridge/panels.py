"""Sections that apps add to pages they do not know: a contact's, a company's, the home page."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

HOME = "home"


@dataclass(frozen=True)
class Panel:
    """A section of a page: its anchor, its title and how it is made.

    `context` gets the request and the record (None on the home page) and returns what the template needs,
    or None when the section has nothing to show.
    """

    key: str
    title: Any
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class RenderedPanel:
    """A panel ready to be placed on a page."""

    key: str
    title: Any
    html: str


_panels: dict[str, dict[str, Panel]] = defaultdict(dict)


def register(kind: str, panel: Panel) -> None:
    """Adds a panel to all pages of a kind (RecordKind or HOME); the same key again replaces it."""
    _panels[kind][panel.key] = panel


def render(kind: str, *, request: HttpRequest, record: Any = None) -> list[RenderedPanel]:
    """The panels of one page, in order, without those that have nothing to show."""
    ordered = sorted(_panels[kind].values(), key=lambda panel: panel.order)
    rendered = (_render(panel, request, record) for panel in ordered)
    return [panel for panel in rendered if panel]


def _render(panel: Panel, request: HttpRequest, record: Any) -> RenderedPanel | None:
    context = panel.context(request, record)
    if context is None:
        return None
    html = render_to_string(panel.template, {**context, "record": record}, request=request)
    return RenderedPanel(key=panel.key, title=panel.title, html=html)
