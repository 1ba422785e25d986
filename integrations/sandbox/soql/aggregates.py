"""COUNT, SUM and their like."""

from integrations.sandbox.errors import malformed_query
from integrations.sandbox.schema import Field
from integrations.sandbox.schema.model import FLOAT_TYPES
from integrations.sandbox.soql import tree
from integrations.sandbox.soql.plan import Column
from integrations.sandbox.soql.scope import Scope

FUNCTIONS = {
    "COUNT": "COUNT({})",
    "COUNT_DISTINCT": "COUNT(DISTINCT {})",
    "MIN": "MIN({})",
    "MAX": "MAX({})",
    "SUM": "SUM({})",
    "AVG": "AVG({})",
}
NUMBERS_ONLY = frozenset(("SUM", "AVG"))
COUNTER = Field(name="count", label="", type="int")


def aggregates(query: tree.Query) -> bool:
    """Whether the query answers with groups instead of records."""
    operands = [item.operand for item in query.select if isinstance(item, tree.Item)]
    return bool(query.group) or any(isinstance(o, tree.Call) and o.function in FUNCTIONS for o in operands)


def aggregate(call: tree.Call, scope: Scope, *, name: str = "expr0") -> Column:
    """The column of an aggregate. Raises ApiError for a function or a field that cannot be aggregated."""
    if call.function not in FUNCTIONS or call.path is None:
        raise malformed_query(f"unexpected token: '{call.function}('")
    inner = scope.column(call.path)
    assert inner.field is not None
    _check(call, inner.field)
    counted = call.function.startswith("COUNT")
    return Column((name,), COUNTER if counted else inner.field, FUNCTIONS[call.function].format(inner.sql))


def _check(call: tree.Call, field: Field) -> None:
    numeric = field.type in FLOAT_TYPES | {"int"}
    if not field.filterable or field.type == "address" or (call.function in NUMBERS_ONLY and not numeric):
        raise malformed_query(f"field {field.name} does not support aggregate operator {call.function}")
