"""`/sobjects/Contact/003…`: one record, by id or by external id."""

from typing import Any

from integrations.sandbox import changes, lookup
from integrations.sandbox.errors import not_found
from integrations.sandbox.messages import Response
from integrations.sandbox.resources.bodies import json_object
from integrations.sandbox.resources.sobjects import find_sobject
from integrations.sandbox.routes import Call, api
from integrations.sandbox.schema import Field, SObject


@api("POST", "/sobjects/{name}")
def create(call: Call, name: str) -> Response:
    """Creates a record."""
    sobject = find_sobject(call, name)
    record_id = changes.create(call.org, sobject, json_object(call.request))
    where = {"Location": f"{call.base}/sobjects/{sobject.name}/{record_id}"}
    return Response.json(saved(record_id), status=201, headers=where)


@api("GET", "/sobjects/{name}/{record_id}")
def read(call: Call, name: str, record_id: str) -> Response:
    """A record's fields: all, or those of `?fields=`."""
    sobject = find_sobject(call, name)
    return _read(call, sobject, lookup.find(call.org, sobject, record_id))


@api("PATCH", "/sobjects/{name}/{record_id}")
def update(call: Call, name: str, record_id: str) -> Response:
    """Changes fields of a record."""
    changes.update(call.org, find_sobject(call, name), record_id, json_object(call.request))
    return Response.empty()


@api("DELETE", "/sobjects/{name}/{record_id}")
def delete(call: Call, name: str, record_id: str) -> Response:
    """Moves a record to the bin."""
    changes.delete(call.org, find_sobject(call, name), record_id)
    return Response.empty()


@api("GET", "/sobjects/{name}/{key}/{value}")
def read_by_key(call: Call, name: str, key: str, value: str) -> Response:
    """The record with an external id."""
    sobject, field = _key(call, name, key)
    try:
        found = lookup.find_by_key(call.org, sobject, field, value)
    except lookup.MultipleChoices as choices:
        return _choices(call, sobject, choices)
    if found is None:
        raise not_found()
    return _read(call, sobject, found)


@api("PATCH", "/sobjects/{name}/{key}/{value}")
def upsert(call: Call, name: str, key: str, value: str) -> Response:
    """Updates the record with an external id or creates it."""
    sobject, field = _key(call, name, key)
    try:
        record_id, created = changes.upsert(call.org, sobject, field, value, json_object(call.request))
    except lookup.MultipleChoices as choices:
        return _choices(call, sobject, choices)
    return Response.json(saved(record_id) | {"created": created}, status=201 if created else 200)


@api("DELETE", "/sobjects/{name}/{key}/{value}")
def delete_by_key(call: Call, name: str, key: str, value: str) -> Response:
    """Moves the record with an external id to the bin."""
    sobject, field = _key(call, name, key)
    found = lookup.find_by_key(call.org, sobject, field, value)
    if found is None:
        raise not_found()
    changes.delete(call.org, sobject, found)
    return Response.empty()


def saved(record_id: str) -> dict[str, Any]:
    """The answer for a record that went in."""
    return {"id": record_id, "success": True, "errors": []}


def _read(call: Call, sobject: SObject, record_id: str) -> Response:
    wanted = [name for name in call.request.query.get("fields", "").split(",") if name]
    return Response.json(lookup.record(call.org, sobject, record_id, fields=wanted, base=call.base))


def _key(call: Call, name: str, key: str) -> tuple[SObject, Field]:
    sobject = find_sobject(call, name)
    field = sobject.find(key)
    if field is None:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {key}")
    return sobject, field


def _choices(call: Call, sobject: SObject, choices: lookup.MultipleChoices) -> Response:
    return Response.json(
        [f"{call.base}/sobjects/{sobject.name}/{found}" for found in choices.ids], status=300
    )
