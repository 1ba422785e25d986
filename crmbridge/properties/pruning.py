"""Old history goes when somebody asks for it; the last change of each property stays."""

from datetime import datetime

from django.db import connection

AT_ONCE = 10_000

# Later rows of the same property make a row old; so "who changed it last" can always be told.
_OLD = """SELECT h.id FROM properties_propertychange h
    WHERE h.at < %(before)s AND h.id > %(after)s AND EXISTS (
        SELECT FROM properties_propertychange n
        WHERE n.kind = h.kind AND n.record_id = h.record_id AND n.property = h.property
          AND (n.at, n.id) > (h.at, h.id))
    ORDER BY h.id LIMIT %(most)s"""


def count(*, before: datetime) -> int:
    """How many changes would go."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ({_OLD}) old",  # noqa: S608
            {"before": before, "after": 0, "most": 2**62},
        )
        return int(cursor.fetchone()[0])


def prune(*, before: datetime) -> int:
    """Removes changes older than the moment but the last of each property, some thousand a transaction."""
    removed, after = 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM properties_propertychange WHERE id IN ({_OLD}) RETURNING id",  # noqa: S608
                {"before": before, "after": after, "most": AT_ONCE},
            )
            gone = [number for (number,) in cursor.fetchall()]
        if not gone:
            return removed
        removed, after = removed + len(gone), max(gone)
