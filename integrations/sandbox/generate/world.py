"""The dice: one seed, and everything drawn from it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from random import Random
from typing import Any, TypeVar

from integrations.sandbox import ids
from integrations.sandbox.generate.regions import Region, regions
from integrations.sandbox.soql.plan import SqlValue

Record = dict[str, SqlValue]
T = TypeVar("T")
YEARS_BACK = 6
DAY = 86_400
USERS = 5
DELETED_EVERY, DELETED_AT = 100, 57
MERGED_EVERY, MERGED_AT = 333, 111


class World:
    """Random choices from one seed. Moments count back from this midnight (UTC), the rest never changes."""

    def __init__(self, *, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311
        self.random: Callable[[], float] = self.rng.random
        self.midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._regions = [region for region in regions() for _ in range(region.weight)]
        self._users = [ids.new_id(prefix="005", number=number) for number in range(1, USERS + 1)]

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self.random() * len(choices))]

    def maybe(self, share: float, value: Any) -> Any:
        """The value in that share of cases, else None."""
        return value if self.random() < share else None

    def region(self) -> Region:
        """A region, the big ones more often."""
        return self.pick(self._regions)

    def user(self) -> str:
        """The id of a user."""
        return self.pick(self._users)

    def digits(self, pattern: str) -> str:
        """The pattern with a digit for every `#`."""
        form, places = _form(pattern)
        return form % tuple(f"{int(self.random() * 10**places):0{places}}")

    def several(self, choices: tuple[str, ...], *, number: int) -> str:
        """That many different choices as a multi-select value."""
        return self.pick(_combinations(choices, number))

    def moment(self, seconds_ago: float) -> str:
        """A stored moment before this midnight."""
        return (self.midnight - timedelta(seconds=int(seconds_ago))).isoformat()[:19] + ".000Z"

    def day(self, days_ago: float) -> str:
        """A date before this midnight."""
        return (self.midnight - timedelta(days=days_ago)).date().isoformat()

    def audit(self) -> Record:
        """Who made and last changed a record and when: created, then modified, then stamped."""
        created = DAY + self.random() * YEARS_BACK * 365 * DAY
        modified = created * self.random() ** 2
        owner, modified_at = self.user(), self.moment(modified)
        return {
            "OwnerId": owner,
            "CreatedDate": self.moment(created),
            "CreatedById": owner,
            "LastModifiedDate": modified_at,
            "LastModifiedById": self.user(),
            "SystemModstamp": modified_at if self.random() < 0.9 else self.moment(modified * self.random()),
        }


@cache
def _form(pattern: str) -> tuple[str, int]:
    return pattern.replace("%", "%%").replace("#", "%s"), pattern.count("#")


@cache
def _combinations(choices: tuple[str, ...], number: int) -> list[str]:
    return [";".join(chosen) for chosen in combinations(choices, number)]


def is_gone(index: int) -> bool:
    """Whether the record at this place of its object is deleted or merged away."""
    return index % DELETED_EVERY == DELETED_AT or index % MERGED_EVERY == MERGED_AT


def fate(index: int, *, prefix: str) -> Record:
    """IsDeleted and, for a merged record, the living one before it that it was merged into."""
    master = None
    if index % MERGED_EVERY == MERGED_AT:
        place = next(place for place in range(index - 1, -1, -1) if not is_gone(place))
        master = record_id(place, prefix=prefix)
    return {"IsDeleted": int(is_gone(index)), "MasterRecordId": master}


def record_id(index: int, *, prefix: str) -> str:
    """The id of the record at this place of its object."""
    return ids.new_id(prefix=prefix, number=index + 1)
