"""`/composite` and `/composite/batch`: several requests in one call."""

import json
import re
from contextlib import nullcontext
from email.message import Message
from typing import Any

from integrations.sandbox.errors import ApiError, not_found
from integrations.sandbox.messages import Request, Response
from integrations.sandbox.resources.bodies import json_object, objects
from integrations.sandbox.routes import Call, api, subrequest

MOST_REQUESTS = 25
REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
STEP = re.compile(r"\w+")
HALTED = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}


class _RolledBack(Exception):
    """Leaves the transaction of a composite request that must succeed as a whole."""


@api("POST", "/composite")
def composite(call: Call) -> Response:
    """Runs the requests in order; later ones may refer to answers of earlier ones."""
    body = json_object(call.request)
    requests = _limited(objects(body.get("compositeRequest"), "compositeRequest"))
    answers: list[dict[str, Any]] = []
    try:
        with call.org.store.transaction() if body.get("allOrNone") else nullcontext():
            for request in requests:
                answers.append(_run(call, request, answers))
                if body.get("allOrNone") and answers[-1]["httpStatusCode"] >= 400:
                    raise _RolledBack
    except _RolledBack:
        answers = _halted(requests, failed=answers[-1])
    return Response.json({"compositeResponse": answers})


@api("POST", "/composite/batch")
def batch(call: Call) -> Response:
    """Runs independent requests."""
    body = json_object(call.request)
    results: list[dict[str, Any]] = []
    for request in _limited(objects(body.get("batchRequests"), "batchRequests")):
        if body.get("haltOnError") and any(result["statusCode"] >= 400 for result in results):
            halted = {
                "errorCode": "BATCH_PROCESSING_HALTED",
                "message": "Batch processing halted per request",
            }
            results.append({"statusCode": 412, "result": [halted]})
            continue
        url = f"/services/data/{request.get('url', '').lstrip('/')}"
        answer = _send(call, str(request.get("method", "GET")), url, request.get("richInput"))
        results.append({"statusCode": answer.status, "result": answer.value})
    return Response.json({"hasErrors": any(r["statusCode"] >= 400 for r in results), "results": results})


def _limited(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(requests) > MOST_REQUESTS:
        raise ApiError(400, "LIMIT_EXCEEDED", f"Operation count exceeds the limit of {MOST_REQUESTS}")
    return requests


def _run(call: Call, request: dict[str, Any], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    known = {answer["referenceId"]: answer["body"] for answer in earlier}
    try:
        filled = json.loads(REFERENCE.sub(lambda m: _referred(m, known), json.dumps(request)))
        answer = _send(call, str(filled.get("method", "GET")), str(filled.get("url", "")), filled.get("body"))
    except ApiError as error:
        answer = Response.json(error.body(), status=error.status)
    return {
        "body": answer.value,
        "httpHeaders": {name: value for name, value in answer.headers.items() if name == "Location"},
        "httpStatusCode": answer.status,
        "referenceId": request.get("referenceId"),
    }


def _referred(match: re.Match[str], known: dict[str, Any]) -> str:
    value: Any = known.get(match[1])
    for step in STEP.findall(match[2]):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, TypeError, ValueError):
            message = f"Invalid reference specified. No value for {match[0]} found"
            raise ApiError(400, "PROCESSING_HALTED", message) from None
    return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value)


def _send(call: Call, method: str, url: str, body: Any) -> Response:
    if not url.startswith("/services/data/"):
        return Response.json(not_found().body(), status=404)
    payload = b"" if body is None else json.dumps(body).encode()
    return subrequest(call.org, Request(method.upper(), url, Message(), payload))


def _halted(requests: list[dict[str, Any]], *, failed: dict[str, Any]) -> list[dict[str, Any]]:
    halted = {"body": [HALTED], "httpHeaders": {}, "httpStatusCode": 400}
    names = [request.get("referenceId") for request in requests]
    return [failed if n == failed["referenceId"] else halted | {"referenceId": n} for n in names]
