"""Reads query results page by page over REST, up to 2,000 rows a call: the way for small imports."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from requests import Response

from .errors import RowCountMismatch, error_from
from .lost import job_lost_when_gone
from .page import Page, new_file
from .replies import reply_from_json
from .session import SalesforceSession
from .soql import selected

# Salesforce takes 16,384 bytes of address and headers together; an access token alone may take 2,000 of them.
_MAX_ADDRESS_LENGTH = 12_000
_REST_DATETIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000")


def rest_pages(
    session: SalesforceSession,
    *,
    soql: str,
    folder: Path,
    cursor: dict[str, Any] | None = None,
    all_rows: bool = True,
) -> Iterator[Page]:
    """The query's results, from the start or from `cursor` on; deleted records too with `all_rows`.

    A query that finds nothing gives one empty page. Raises JobLost when Salesforce has forgotten the cursor
    and RowCountMismatch when the rows do not add up to the promised total.
    """
    place = cursor or {"way": "rest", "next": None, "rows": 0, "total": None, "done": False}
    while not place["done"]:
        answer = _following(session, place["next"]) if place["next"] else _first(session, soql, all_rows)
        place = _moved_on(place, answer)
        if place["done"] and place["rows"] != place["total"]:
            raise RowCountMismatch(promised=place["total"], received=place["rows"])
        yield _page(answer["records"], columns=selected(soql), folder=folder, cursor=place)


def _moved_on(place: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "way": "rest",
        "next": answer.get("nextRecordsUrl"),
        "rows": place["rows"] + len(answer["records"]),
        "total": int(answer["totalSize"]),
        "done": answer["done"],
    }


def _first(session: SalesforceSession, soql: str, all_rows: bool) -> Any:
    resource = "queryAll" if all_rows else "query"
    address = session.address(f"{resource}?q={quote_plus(soql)}")
    if len(address) <= _MAX_ADDRESS_LENGTH:
        return session.fetch("GET", address, read=_exact_json)
    path = address.removeprefix(session.address("/").rstrip("/"))
    request = {"compositeRequest": [{"method": "GET", "url": path, "referenceId": "query"}]}
    return session.fetch("POST", "composite", read=_composite_answer, retry=True, json=request)


def _following(session: SalesforceSession, path: str) -> Any:
    with job_lost_when_gone():
        return session.fetch("GET", path, read=_exact_json)


def _exact_json(response: Response) -> Any:
    """The decoded body with its numbers left as text, so that no digit is lost."""
    return response.json(parse_float=str, parse_int=str)


def _composite_answer(response: Response) -> Any:
    [answer] = _exact_json(response)["compositeResponse"]
    status = int(answer["httpStatusCode"])
    if status >= 300:
        reply = reply_from_json(answer["body"])
        raise error_from(code=reply.code, text=reply.text, status=status)
    return answer["body"]


def _page(
    records: list[dict[str, Any]], *, columns: tuple[str, ...], folder: Path, cursor: dict[str, Any]
) -> Page:
    with new_file(folder) as path:
        _write(records, columns=columns, path=path)
        return Page(
            path=path,
            columns=columns,
            rows=len(records),
            cursor=cursor,
            last=cursor["done"],
            bytes=path.stat().st_size,
        )


def _write(records: list[dict[str, Any]], *, columns: tuple[str, ...], path: Path) -> None:
    # A lone half of a surrogate pair can stand in JSON but not in UTF-8.
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(_value(record, column)) for column in columns] for record in records)


def _value(record: dict[str, Any], column: str) -> Any:
    """The value of a column, through the nested records of a relationship such as Account.Name."""
    value: Any = record
    for name in column.split("."):
        value = value.get(name) if value is not None else None
    return value


def _text(value: Any) -> str:
    """A value as the Bulk API writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).replace("\0", "")
    moment = _REST_DATETIME.fullmatch(text)
    return f"{moment[1]}Z" if moment else text
