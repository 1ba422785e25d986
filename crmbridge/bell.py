"""The bell of the top bar: how many things wait for somebody, and where they are."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

# A page may be half a minute behind: counting on every page would cost more than it tells.
SECONDS_KEPT = 30
MOST = 99


@dataclass(frozen=True)
class Bell:
    """What the bell counts: `count` may stop at MOST + 1."""

    count: Callable[[], int]
    url_name: str
    permission: str


@dataclass(frozen=True)
class Ring:
    """The bell as one person sees it."""

    count: int
    url: str

    @property
    def text(self) -> str:
        """The count as the bell shows it."""
        return f"{MOST}+" if self.count > MOST else str(self.count)


_bells: list[Bell] = []


def register(bell: Bell) -> None:
    """Makes this the bell of the console."""
    _bells[:] = [bell]


def ring(request: HttpRequest) -> Ring | None:
    """The count and the link for this person; None for those who may not see what it counts."""
    for bell in _bells:
        if request.user.has_perm(bell.permission):
            count = cache.get_or_set("bell", bell.count, SECONDS_KEPT) or 0
            return Ring(count=count, url=reverse(bell.url_name))
    return None
