"""`/sobjects`: which objects there are and what fields they have."""

from email.utils import format_datetime, parsedate_to_datetime

from integrations.sandbox.errors import not_found
from integrations.sandbox.messages import Response
from integrations.sandbox.routes import Call, api
from integrations.sandbox.schema import SObject
from integrations.sandbox.schema.describe import describe_global, describe_sobject, summary


def find_sobject(call: Call, name: str) -> SObject:
    """The object of a path. Raises ApiError NOT_FOUND."""
    sobject = call.org.schema.find(name)
    if sobject is None:
        raise not_found()
    return sobject


@api("GET", "/sobjects")
def all_sobjects(call: Call) -> Response:
    """All objects in short."""
    return _unless_unchanged(call) or _described(call, describe_global(call.org.schema, base=call.base))


@api("GET", "/sobjects/{name}")
def one_sobject(call: Call, name: str) -> Response:
    """One object in short."""
    described = summary(find_sobject(call, name), base=call.base)
    return Response.json({"objectDescribe": described, "recentItems": []})


@api("GET", "/sobjects/{name}/describe")
def describe(call: Call, name: str) -> Response:
    """One object in full; 304 when nothing changed since `If-Modified-Since`."""
    sobject = find_sobject(call, name)
    return _unless_unchanged(call) or _described(
        call, describe_sobject(call.org.schema, sobject, base=call.base)
    )


def _described(call: Call, value: dict[str, object]) -> Response:
    changed = format_datetime(call.org.schema_changed, usegmt=True)
    return Response.json(value, headers={"Last-Modified": changed})


def _unless_unchanged(call: Call) -> Response | None:
    since = call.request.header("If-Modified-Since")
    try:
        unchanged = bool(since) and parsedate_to_datetime(since) >= call.org.schema_changed
    except ValueError:
        return None
    return Response.empty(304) if unchanged else None
