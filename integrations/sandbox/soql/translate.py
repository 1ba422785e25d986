"""Translates a parsed query into a plan for SQLite."""

from integrations.sandbox.errors import ApiError, invalid_field, malformed_query
from integrations.sandbox.schema import Schema
from integrations.sandbox.soql import tree
from integrations.sandbox.soql.aggregates import aggregate, aggregates
from integrations.sandbox.soql.conditions import ConditionWriter, collation
from integrations.sandbox.soql.plan import Column, Plan, PlanKind
from integrations.sandbox.soql.scope import Scope
from integrations.sandbox.soql.selection import selected

MAX_OFFSET = 2_000
ONE_ID_FIELD = "semi join sub-selects must select exactly one id or reference field, and nothing else"


def translate(query: tree.Query, *, schema: Schema, include_deleted: bool) -> Plan:
    """The plan of a query. Raises ApiError for names, types and clauses that Salesforce refuses.

    Without `include_deleted` deleted records are hidden, in semi-joins too (`query`); with it only the
    conditions decide (`queryAll`).
    """
    scope = Scope.of(schema, query, table="t0")
    columns = [] if _counts_rows(query) else selected(query, scope)
    body = _body(query, scope, include_deleted=include_deleted)
    return Plan(scope.sobject, columns, body, scope.params, _kind(query), scope.parents)


def _kind(query: tree.Query) -> PlanKind:
    if _counts_rows(query):
        return "count"
    return "aggregate" if aggregates(query) else "rows"


def _counts_rows(query: tree.Query) -> bool:
    return query.select == (tree.Item(tree.Call("COUNT", None), None),)


def _body(query: tree.Query, scope: Scope, *, include_deleted: bool) -> str:
    """Everything after the column list. The clauses are written in the order of their parameters."""
    where = _where(query, scope, include_deleted=include_deleted)
    clauses = [where, _group(query, scope), _having(query, scope), _order(query, scope), _window(query)]
    return " ".join([scope.source(), *filter(None, clauses)])


def _where(query: tree.Query, scope: Scope, *, include_deleted: bool) -> str:
    conditions = []
    if query.where is not None:
        conditions.append(_writer(scope, include_deleted=include_deleted).write(query.where))
    if not include_deleted and "IsDeleted" in scope.sobject.fields:
        conditions.append(f'{scope.table}."IsDeleted" = 0')
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _writer(scope: Scope, *, include_deleted: bool) -> ConditionWriter:
    def inner(query: tree.Query, outer: Scope) -> str:
        return _inner(query, outer, include_deleted=include_deleted)

    return ConditionWriter(scope, operand=lambda operand: _plain(operand, scope), inner=inner)


def _plain(operand: tree.Operand, scope: Scope) -> Column:
    if isinstance(operand, tree.Call):
        raise malformed_query(f"aggregate function is not allowed in WHERE: {operand.function}")
    return scope.column(operand)


def _inner(query: tree.Query, outer: Scope, *, include_deleted: bool) -> str:
    """The SELECT of a semi-join: one id or reference, no order, no limit."""
    extras = (query.order, query.group, query.limit is not None, query.offset is not None)
    if any(extras) or len(query.select) != 1:
        raise malformed_query(ONE_ID_FIELD)
    scope = Scope.of(outer.schema, query, table="s0" if outer.table == "t0" else f"{outer.table}s")
    if scope.sobject is outer.sobject:
        raise malformed_query("The inner and outer selects should not be on the same object type")
    column = _id_column(query.select[0], scope)
    where = _where(query, scope, include_deleted=include_deleted)
    outer.params += scope.params
    return f"SELECT {column.sql} {scope.source()} {where}"


def _id_column(item: tree.Item | tree.Child, scope: Scope) -> Column:
    if isinstance(item, tree.Child) or isinstance(item.operand, tree.Call):
        raise malformed_query(ONE_ID_FIELD)
    column = scope.column(item.operand)
    if column.field is None or column.field.type not in ("id", "reference"):
        raise malformed_query(ONE_ID_FIELD)
    return column


def _group(query: tree.Query, scope: Scope) -> str:
    columns = [scope.column(path) for path in query.group]
    for column in columns:
        if column.field is not None and not column.field.groupable:
            raise malformed_query(f"field '{column.path[-1]}' can not be grouped in a query call")
    return "GROUP BY " + ", ".join(f"{c.sql}{collation(c.field)}" for c in columns) if columns else ""


def _having(query: tree.Query, scope: Scope) -> str:
    if query.having is None:
        return ""
    writer = ConditionWriter(
        scope,
        operand=lambda operand: _expression(operand, scope),
        inner=lambda query, scope: _inner(query, scope, include_deleted=True),
    )
    return f"HAVING {writer.write(query.having)}"


def _expression(operand: tree.Operand, scope: Scope) -> Column:
    return aggregate(operand, scope) if isinstance(operand, tree.Call) else scope.column(operand)


def _order(query: tree.Query, scope: Scope) -> str:
    terms = [_ordering(ordering, scope) for ordering in query.order]
    return f"ORDER BY {', '.join(terms)}" if terms else ""


def _ordering(ordering: tree.Ordering, scope: Scope) -> str:
    column = _expression(ordering.operand, scope)
    if column.field is not None and not column.field.sortable:
        raise invalid_field(f"field '{column.path[-1]}' can not be sorted in a query call")
    way = "DESC" if ordering.descending else "ASC"
    return f"{column.sql}{collation(column.field)} {way} NULLS {'LAST' if ordering.nulls_last else 'FIRST'}"


def _window(query: tree.Query) -> str:
    if query.offset is not None and query.offset > MAX_OFFSET:
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    if query.limit is None and query.offset is None:
        return ""
    return f"LIMIT {-1 if query.limit is None else query.limit} OFFSET {query.offset or 0}"
