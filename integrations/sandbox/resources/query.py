"""`/query` and `/queryAll`."""

import re
from typing import Any

from integrations.sandbox.errors import ApiError, malformed_query
from integrations.sandbox.messages import Response
from integrations.sandbox.routes import Call, api
from integrations.sandbox.soql import Plan, parse, translate

LARGEST_BATCH, SMALLEST_BATCH = 2_000, 200
BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)


@api("GET", "/query")
def query(call: Call) -> Response:
    """The first page of a query that does not see deleted records."""
    return _first_page(call, include_deleted=False)


@api("GET", "/queryAll")
def query_all(call: Call) -> Response:
    """The first page of a query that also sees deleted and merged records."""
    return _first_page(call, include_deleted=True)


@api("GET", "/query/{locator}")
def query_more(call: Call, locator: str) -> Response:
    """A further page. Either path takes every locator."""
    cursor, _, start = locator.rpartition("-")
    if not start.isdigit():
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return Response.json(_page(call, cursor, start=int(start)))


@api("GET", "/queryAll/{locator}")
def query_all_more(call: Call, locator: str) -> Response:
    """A further page of `/queryAll`."""
    return query_more(call, locator)


def _first_page(call: Call, *, include_deleted: bool) -> Response:
    soql = call.request.query.get("q")
    if not soql:
        raise malformed_query("A query string has to be specified")
    plan = translate(parse(soql), schema=call.org.schema, include_deleted=include_deleted)
    if plan.kind == "count":
        return Response.json({"totalSize": count(call, plan), "done": True, "records": []})
    locator, _ = call.org.cursors.open(plan)
    return Response.json(_page(call, locator, start=0))


def count(call: Call, plan: Plan) -> int:
    """The number of records that `COUNT()` finds."""
    sql = f"SELECT COUNT(*) FROM (SELECT 1 {plan.body})"  # noqa: S608
    return int(call.org.store.rows(sql, plan.params)[0][0])


def _page(call: Call, locator: str, *, start: int) -> dict[str, Any]:
    cursor, size = call.org.cursors.find(locator), _batch_size(call)
    page: dict[str, Any] = {"totalSize": cursor.total, "done": start + size >= cursor.total}
    if not page["done"]:
        page["nextRecordsUrl"] = f"{call.base}/query/{locator}-{start + size}"
    page["records"] = list(cursor.page(start=start, size=size, base=call.base))
    if cursor.total <= size:
        call.org.cursors.forget(locator)
    return page


def _batch_size(call: Call) -> int:
    wanted = BATCH_SIZE.search(call.request.header("Sforce-Query-Options"))
    return min(max(int(wanted[1]), SMALLEST_BATCH), LARGEST_BATCH) if wanted else call.org.rest_page_size
