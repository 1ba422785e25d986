"""WHERE and HAVING as SQL.

SOQL knows no third truth value: `Name != 'x'` and `NOT (Name LIKE 'x%')` hold where Name is null. So every
opposite is written `(…) IS NOT TRUE`. Strings compare without case, ids with it.
"""

from collections.abc import Callable

from integrations.sandbox.errors import invalid_field, malformed_query
from integrations.sandbox.schema import Field
from integrations.sandbox.schema.model import TEXT_TYPES
from integrations.sandbox.soql import literals, strings, tree
from integrations.sandbox.soql.plan import Column
from integrations.sandbox.soql.scope import Scope

MAX_SEMI_JOINS = 2
COLLATE = " COLLATE SALESFORCE"
Inner = Callable[[tree.Query, Scope], str]


def collation(field: Field | None) -> str:
    """The collation clause of a field's comparisons and order."""
    return COLLATE if field is not None and field.type in TEXT_TYPES else ""


def _joined(parts: list[str], word: str) -> str:
    """The parts as a balanced tree: SQLite refuses chains of more than 1,000 (SQLITE_MAX_EXPR_DEPTH)."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_joined(parts[:middle], word)} {word} {_joined(parts[middle:], word)})"


class ConditionWriter:
    """Writes one query's conditions, adding their values to the scope's parameters in order."""

    def __init__(self, scope: Scope, *, operand: Callable[[tree.Operand], Column], inner: Inner) -> None:
        self.scope, self._operand, self._inner = scope, operand, inner
        self._semi_joins = 0

    def write(self, condition: tree.Condition, *, top: bool = True) -> str:
        """The SQL of a condition; `top` says that only ANDs stand above it. Raises ApiError."""
        match condition:
            case tree.Junction(word, conditions):
                inner_top = top and word == "AND"
                return _joined([self.write(c, top=inner_top) for c in conditions], word)
            case tree.Negation(inner):
                return f"({self.write(inner, top=False)}) IS NOT TRUE"
            case tree.SemiJoin():
                return self._semi_join(condition, top=top)
            case tree.Membership():
                return self._membership(condition)
            case tree.Comparison():
                return self._comparison(condition)

    def _column(self, operand: tree.Operand) -> tuple[Column, Field]:
        column = self._operand(operand)
        field = column.field or Field(name="expr", label="", type="double")
        if not field.filterable or field.type == "address":
            raise invalid_field(f"field '{field.name}' can not be filtered in a query call")
        return column, field

    def _bind(self, literal: tree.Literal, field: Field) -> str:
        self.scope.params.append(literals.value(literal, field))
        return "?"

    def _comparison(self, test: tree.Comparison) -> str:
        column, field = self._column(test.operand)
        if test.operator == "LIKE":
            return self._like(column, field, test.value)
        if literals.is_null(test.value):
            return self._null(column, test.operator)
        span = literals.date_span(test.value, field)
        if span is not None:
            return self._span(column, test.operator, span)
        operator = {"!=": "IS NOT"}.get(test.operator, test.operator)
        return f"{column.sql} {operator} {self._bind(test.value, field)}{collation(field)}"

    @staticmethod
    def _null(column: Column, operator: str) -> str:
        if operator not in ("=", "!="):
            raise invalid_field(f"invalid operator on field '{column.path[-1]}'")
        if column.field is not None and column.field.type == "boolean":
            return "FALSE" if operator == "=" else "TRUE"
        return f"{column.sql} IS {'' if operator == '=' else 'NOT '}NULL"

    def _span(self, column: Column, operator: str, span: tuple[str, str]) -> str:
        first, past = span
        if operator in ("=", "!="):
            self.scope.params += [first, past]
            within = f"({column.sql} >= ? AND {column.sql} < ?)"
            return within if operator == "=" else f"{within} IS NOT TRUE"
        self.scope.params.append(first if operator in ("<", ">=") else past)
        return f"{column.sql} {'<' if operator in ('<', '<=') else '>='} ?"

    def _like(self, column: Column, field: Field, value: tree.Literal) -> str:
        if value.kind != "string" or field.type not in TEXT_TYPES:
            raise invalid_field(f"invalid operator on {field.type} field '{field.name}'")
        self.scope.params.append(strings.like_pattern(value.text).casefold())
        return f"casefold({column.sql}) LIKE ? ESCAPE '\\'"

    def _membership(self, test: tree.Membership) -> str:
        column, field = self._column(test.operand)
        write = self._in if test.kind == "in" else self._includes
        sql = write(column, field, test.values)
        return f"({sql}) IS NOT TRUE" if test.negated else sql

    def _in(self, column: Column, field: Field, values: tuple[tree.Literal, ...]) -> str:
        marks = ", ".join(self._bind(literal, field) for literal in values if not literals.is_null(literal))
        sql = f"{column.sql}{collation(field)} IN ({marks})"
        return f"({sql} OR {column.sql} IS NULL)" if any(map(literals.is_null, values)) else sql

    def _includes(self, column: Column, field: Field, values: tuple[tree.Literal, ...]) -> str:
        if field.type != "multipicklist":
            raise invalid_field(f"includes or excludes operator is not valid on field '{field.name}'")
        return "(" + " OR ".join(self._includes_all(column, literal) for literal in values) + ")"

    def _includes_all(self, column: Column, literal: tree.Literal) -> str:
        wanted = [f";{choice.casefold()};" for choice in strings.text(literal.text).split(";")]
        self.scope.params += wanted
        return " AND ".join([f"instr(';' || casefold({column.sql}) || ';', ?) > 0"] * len(wanted))

    def _semi_join(self, test: tree.SemiJoin, *, top: bool) -> str:
        if not top:
            raise malformed_query(
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested "
                "WHERE expressions"
            )
        self._semi_joins += 1
        if self._semi_joins > MAX_SEMI_JOINS:
            raise malformed_query(f"maximum {MAX_SEMI_JOINS} semi join sub-selects are allowed")
        column, field = self._column(test.operand)
        if field.type not in ("id", "reference"):
            raise malformed_query(f"semi join sub-selects need an id or reference field: {field.name}")
        sql = f"{column.sql} IN ({self._inner(test.query, self.scope)})"
        return f"({sql}) IS NOT TRUE" if test.negated else sql
