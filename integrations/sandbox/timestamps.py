"""The org's clock: one stored form of a moment, `2026-03-01T10:11:12.000Z`, which sorts as text."""

from datetime import UTC, datetime, timedelta


def stored(moment: datetime) -> str:
    """The stored form of a moment; one without a zone counts as UTC. Salesforce keeps whole seconds."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    utc = aware.astimezone(UTC)
    return f"{utc.year:04}-{utc.month:02}-{utc.day:02}T{utc.hour:02}:{utc.minute:02}:{utc.second:02}.000Z"


def now() -> str:
    """The stored form of the present moment."""
    return stored(datetime.now(UTC))


def parse(text: str) -> str:
    """The stored form of an ISO 8601 moment or date. Raises ValueError."""
    return stored(datetime.fromisoformat(text))


def rest(text: str) -> str:
    """A stored moment as REST writes it: `+0000` where Bulk has `Z`."""
    return text[:-1] + "+0000"


def before_now(*, days: float) -> str:
    """The stored form of a moment that many days ago."""
    return stored(datetime.now(UTC) - timedelta(days=days))
