"""`/composite/sobjects`: up to 200 records in one call, each with its own outcome."""

from collections.abc import Callable
from typing import Any

from integrations.sandbox import changes, lookup
from integrations.sandbox.errors import ApiError, not_found
from integrations.sandbox.messages import Response
from integrations.sandbox.resources.bodies import json_object, objects
from integrations.sandbox.resources.record import saved
from integrations.sandbox.resources.sobjects import find_sobject
from integrations.sandbox.routes import Call, api
from integrations.sandbox.schema import SObject

MOST_RECORDS, MOST_READ = 200, 2_000
ROLLED_BACK = ApiError(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)
Outcome = dict[str, Any]


class _RolledBack(Exception):
    """Leaves the transaction of a call that must succeed as a whole."""


@api("POST", "/composite/sobjects")
def create(call: Call) -> Response:
    """Creates records, of different objects if need be."""
    return _each_record(call, lambda r: saved(changes.create(call.org, _type(call, r), r)))


@api("PATCH", "/composite/sobjects")
def update(call: Call) -> Response:
    """Updates records by their ids."""

    def one(record: dict[str, Any]) -> Outcome:
        values = {name: value for name, value in record.items() if name.lower() != "id"}
        record_id = str(record.get("id") or record.get("Id") or "")
        changes.update(call.org, _type(call, record), record_id, values)
        return saved(record_id)

    return _each_record(call, one)


@api("PATCH", "/composite/sobjects/{name}/{key}")
def upsert(call: Call, name: str, key: str) -> Response:
    """Updates or creates records of one object by an external id."""
    sobject = find_sobject(call, name)
    field = sobject.find(key)
    if field is None:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {key}")

    def one(record: dict[str, Any]) -> Outcome:
        value = next((str(v) for n, v in record.items() if n.lower() == field.name.lower()), "")
        try:
            record_id, created = changes.upsert(call.org, sobject, field, value, record)
        except lookup.MultipleChoices as choices:
            raise ApiError(300, "DUPLICATE_EXTERNAL_ID", f"{choices}: {', '.join(choices.ids)}") from None
        return saved(record_id) | {"created": created}

    return _each_record(call, one)


@api("DELETE", "/composite/sobjects")
def delete(call: Call) -> Response:
    """Moves records to the bin."""
    wanted = [part for part in call.request.query.get("ids", "").split(",") if part]

    def one(record_id: str) -> Outcome:
        sobject = call.org.schema.by_id(record_id)
        if sobject is None:
            raise ApiError(400, "MALFORMED_ID", f"malformed id {record_id}")
        changes.delete(call.org, sobject, record_id)
        return saved(record_id)

    return _each(call, wanted, one, all_or_none=call.request.query.get("allOrNone", "").lower() == "true")


@api("GET", "/composite/sobjects/{name}")
def retrieve(call: Call, name: str) -> Response:
    """Records by id in the order asked for, null for one that is not there."""
    query = call.request.query
    return _retrieve(call, name, query.get("ids", "").split(","), query.get("fields", "").split(","))


@api("POST", "/composite/sobjects/{name}")
def retrieve_many(call: Call, name: str) -> Response:
    """The same with a body, for up to 2,000 ids."""
    body = json_object(call.request)
    return _retrieve(call, name, body.get("ids") or [], body.get("fields") or [])


def _retrieve(call: Call, name: str, wanted: list[str], fields: list[str]) -> Response:
    sobject = find_sobject(call, name)
    _limit(wanted, MOST_READ)
    return Response.json([_one_or_none(call, sobject, record_id, fields) for record_id in wanted])


def _one_or_none(call: Call, sobject: SObject, record_id: str, fields: list[str]) -> dict[str, Any] | None:
    try:
        found = lookup.find(call.org, sobject, record_id)
    except ApiError:
        return None
    return lookup.record(call.org, sobject, found, fields=fields, base=call.base)


def _each_record(call: Call, one: Callable[[dict[str, Any]], Outcome]) -> Response:
    body = json_object(call.request)
    records = objects(body.get("records"), "records")
    return _each(call, records, one, all_or_none=bool(body.get("allOrNone")))


def _each(call: Call, items: list[Any], one: Callable[[Any], Outcome], *, all_or_none: bool) -> Response:
    _limit(items, MOST_RECORDS)
    outcomes: list[Outcome] = []
    try:
        with call.org.store.transaction():
            outcomes += [_attempt(one, item) for item in items]
            if all_or_none and not all(outcome["success"] for outcome in outcomes):
                raise _RolledBack
    except _RolledBack:
        outcomes = [_failure(ROLLED_BACK) if outcome["success"] else outcome for outcome in outcomes]
    return Response.json(outcomes)


def _attempt(one: Callable[[Any], Outcome], item: Any) -> Outcome:
    try:
        return one(item)
    except ApiError as error:
        return _failure(error)


def _failure(error: ApiError) -> Outcome:
    return {"success": False, "errors": [error.row()]}


def _limit(items: list[Any], most: int) -> None:
    if len(items) > most:
        message = f"record limit reached. cannot submit more than {most} records in this request"
        raise ApiError(400, "EXCEEDED_MAX_SIZE_REQUEST", message)


def _type(call: Call, record: dict[str, Any]) -> SObject:
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    sobject = call.org.schema.find(str(name))
    if sobject is None:
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return sobject
