"""The SELECT list as columns: fields, FIELDS(), aggregates."""

from collections.abc import Iterator

from integrations.sandbox.errors import malformed_query
from integrations.sandbox.soql import tree
from integrations.sandbox.soql.aggregates import aggregate, aggregates
from integrations.sandbox.soql.plan import Column
from integrations.sandbox.soql.scope import Scope

MAX_ALL_FIELDS = 200


def selected(query: tree.Query, scope: Scope) -> list[Column]:
    """The columns of a query in order. Raises ApiError."""
    columns = list(_columns(query, scope))
    seen: set[tuple[str, ...]] = set()
    for column in columns:
        if column.path in seen:
            raise malformed_query(f"duplicate field selected: {column.path[-1]}")
        seen.add(column.path)
    return columns


def _columns(query: tree.Query, scope: Scope) -> Iterator[Column]:
    expressions = 0
    grouped = {scope.column(path).path for path in query.group}
    aggregated = aggregates(query)
    for item in query.select:
        if isinstance(item, tree.Child):
            raise malformed_query("Parent-to-child subqueries are not supported by the demo org")
        if isinstance(item.operand, tree.Call):
            if item.operand.function == "FIELDS":
                yield from _all_fields(item.operand, query, scope)
                continue
            yield aggregate(item.operand, scope, name=item.alias or f"expr{expressions}")
            expressions += item.alias is None
            continue
        yield _field(item, item.operand, scope, aggregated=aggregated, grouped=grouped)


def _field(
    item: tree.Item, path: tree.Path, scope: Scope, *, aggregated: bool, grouped: set[tuple[str, ...]]
) -> Column:
    column = scope.column(path)
    if aggregated and column.path not in grouped:
        raise malformed_query(f"Field must be grouped or aggregated: {column.path[-1]}")
    if item.alias is not None and not aggregated:
        raise malformed_query("only aggregate expressions use field aliasing")
    name = (item.alias or column.path[-1],) if aggregated else column.path
    return Column(name, column.field, column.sql, column.table)


def _all_fields(call: tree.Call, query: tree.Query, scope: Scope) -> Iterator[Column]:
    group = str(call.path).upper()
    if group not in ("ALL", "STANDARD", "CUSTOM"):
        raise malformed_query(f"unexpected token: '{call.path}'")
    if group != "STANDARD" and (query.limit is None or query.limit > MAX_ALL_FIELDS):
        raise malformed_query(f"The SOQL FIELDS function must have a LIMIT of at most {MAX_ALL_FIELDS}")
    for field in scope.sobject:
        if group == "ALL" or field.custom == (group == "CUSTOM"):
            yield scope.column(tree.Path((field.name,)))
