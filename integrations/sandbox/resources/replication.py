"""`/sobjects/Contact/updated` and `/deleted`: which records changed in a span of time."""

from datetime import UTC, datetime, timedelta

from integrations.sandbox import timestamps
from integrations.sandbox.errors import ApiError
from integrations.sandbox.messages import Response
from integrations.sandbox.resources.sobjects import find_sobject
from integrations.sandbox.routes import Call, api

DAYS_BACK = 30


@api("GET", "/sobjects/{name}/updated")
def updated(call: Call, name: str) -> Response:
    """The ids of the living records that were stamped in the span."""
    sobject, (start, end) = find_sobject(call, name), _span(call)
    sql = (
        f'SELECT Id FROM "{sobject.name}" WHERE SystemModstamp >= ? AND SystemModstamp < ? AND IsDeleted = 0'  # noqa: S608
    )
    ids = [row[0] for row in call.org.store.rows(sql, [start, end])]
    return Response.json({"ids": ids, "latestDateCovered": _covered(end)})


@api("GET", "/sobjects/{name}/deleted")
def deleted(call: Call, name: str) -> Response:
    """The ids of the records that were deleted in the span."""
    sobject, (start, end) = find_sobject(call, name), _span(call)
    sql = f'SELECT Id, SystemModstamp FROM "{sobject.name}" WHERE IsDeleted = 1 ORDER BY SystemModstamp'  # noqa: S608
    gone = call.org.store.rows(sql)
    return Response.json(
        {
            "deletedRecords": [
                {"id": record_id, "deletedDate": timestamps.rest(when)}
                for record_id, when in gone
                if start <= when < end
            ],
            "earliestDateAvailable": timestamps.rest(gone[0][1] if gone else start),
            "latestDateCovered": _covered(end),
        }
    )


def _span(call: Call) -> tuple[str, str]:
    try:
        start, end = (timestamps.parse(_text(call, name)) for name in ("start", "end"))
    except ValueError:
        raise _refused("start and end must be dates with a time and a zone") from None
    if start >= end:
        raise _refused("startDate must be before endDate")
    if start < timestamps.before_now(days=DAYS_BACK):
        raise _refused(f"specified start date cannot be more than {DAYS_BACK} days ago")
    return start, end


def _text(call: Call, name: str) -> str:
    """The parameter; a `+` that nobody encoded has become a blank."""
    return call.request.query.get(name, "").replace(" ", "+")


def _refused(message: str) -> ApiError:
    return ApiError(400, "INVALID_REPLICATION_DATE", message)


def _covered(end: str) -> str:
    """The end of the span, but never the minute that is still going on."""
    minute_ago = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    return timestamps.rest(min(end, timestamps.stored(minute_ago)))
