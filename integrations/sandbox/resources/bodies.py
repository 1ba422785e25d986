"""JSON bodies of requests, refused in Salesforce's words when they are not what they should be."""

import json
from typing import Any

from integrations.sandbox.errors import ApiError
from integrations.sandbox.messages import Request


def json_object(request: Request) -> dict[str, Any]:
    """The body as an object. Raises ApiError JSON_PARSER_ERROR."""
    value = _parse(request)
    if not isinstance(value, dict):
        raise _unreadable("Expected an object")
    return value


def objects(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of objects inside a body. Raises ApiError JSON_PARSER_ERROR."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _unreadable(f"Expected a list of objects in {name}")
    return value


def _parse(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError as problem:
        raise _unreadable(str(problem)) from None


def _unreadable(problem: str) -> ApiError:
    return ApiError(400, "JSON_PARSER_ERROR", problem)
