"""Turns SOQL text into a tree, and refuses what is not SOQL in Salesforce's words."""

from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from integrations.sandbox.errors import ApiError, malformed_query
from integrations.sandbox.soql import tree

MAX_LENGTH = 100_000


def parse(text: str) -> tree.Query:
    """The tree of a query. Raises ApiError MALFORMED_QUERY."""
    if len(text) > MAX_LENGTH:
        raise ApiError(400, "QUERY_TOO_COMPLICATED", "SOQL query is too long")
    try:
        query = _parser().parse(text)
    except UnexpectedInput as problem:
        raise _explain(text, problem) from None
    assert isinstance(query, tree.Query)
    return query


@cache
def _parser() -> Lark:
    grammar = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start="query", parser="lalr", maybe_placeholders=True, transformer=_ToTree())


def _explain(text: str, problem: UnexpectedInput) -> ApiError:
    row, column = max(problem.line, 1), max(problem.column, 1)
    if isinstance(problem, UnexpectedToken):
        found = problem.token.value or "<EOF>"
    elif isinstance(problem, UnexpectedCharacters):
        found = problem.char
    else:
        found = "<EOF>"
    place = f"{'^':>{column}}\nERROR at Row:{row}:Column:{column}"
    return malformed_query(f"\n{text}\n{place}\nunexpected token: '{found}'")


@v_args(inline=True)
class _ToTree(Transformer[Token, tree.Query]):
    """One method a rule of the grammar."""

    def path(self, *names: Token) -> tree.Path:
        return tree.Path(tuple(str(name) for name in names))

    def call(self, name: Token, path: tree.Path | None) -> tree.Call:
        return tree.Call(name.upper(), path)

    def item(self, operand: tree.Operand, alias: Token | None) -> tree.Item:
        return tree.Item(operand, None if alias is None else str(alias))

    def child(self, query: tree.Query) -> tree.Child:
        return tree.Child(query)

    def string(self, text: Token) -> tree.Literal:
        return tree.Literal("string", text[1:-1])

    def number(self, text: Token) -> tree.Literal:
        return tree.Literal("number", str(text))

    def date(self, text: Token) -> tree.Literal:
        return tree.Literal("date", str(text))

    def datetime(self, text: Token) -> tree.Literal:
        return tree.Literal("datetime", str(text))

    def word(self, text: Token) -> tree.Literal:
        return tree.Literal("word", text.upper())

    def comparison(self, operand: tree.Operand, operator: Token, value: tree.Literal) -> tree.Comparison:
        return tree.Comparison(operand, "!=" if operator == "<>" else str(operator), value)

    def like(self, operand: tree.Operand, value: tree.Literal) -> tree.Comparison:
        return tree.Comparison(operand, "LIKE", value)

    def member(self, operand: tree.Operand, *values: tree.Literal) -> tree.Membership:
        return tree.Membership(operand, "in", values, negated=False)

    def not_member(self, operand: tree.Operand, *values: tree.Literal) -> tree.Membership:
        return tree.Membership(operand, "in", values, negated=True)

    def includes(self, operand: tree.Operand, *values: tree.Literal) -> tree.Membership:
        return tree.Membership(operand, "includes", values, negated=False)

    def excludes(self, operand: tree.Operand, *values: tree.Literal) -> tree.Membership:
        return tree.Membership(operand, "includes", values, negated=True)

    def semi_join(self, operand: tree.Operand, query: tree.Query) -> tree.SemiJoin:
        return tree.SemiJoin(operand, query, negated=False)

    def anti_join(self, operand: tree.Operand, query: tree.Query) -> tree.SemiJoin:
        return tree.SemiJoin(operand, query, negated=True)

    def negation(self, condition: tree.Condition) -> tree.Negation:
        return tree.Negation(condition)

    def all_of(self, *conditions: tree.Condition) -> tree.Junction:
        return tree.Junction("AND", conditions)

    def any_of(self, *conditions: tree.Condition) -> tree.Junction:
        return tree.Junction("OR", conditions)

    def ordering(self, operand: tree.Operand, way: Token | None, nulls: Token | None) -> tree.Ordering:
        return tree.Ordering(operand, _is(way, "DESC"), _is(nulls, "LAST"))

    def limit(self, number: Token) -> int:
        return int(number)

    offset = limit

    def where(self, condition: tree.Condition) -> tree.Condition:
        return condition

    having = where

    def source(self, *names: Token | None) -> tuple[Token | None, ...]:
        return names

    @v_args(inline=False)
    def select_list(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(items)

    group = order = select_list

    def query(self, select: Any, source: Any, *rest: Any) -> tree.Query:
        where, _security, group, having, order, limit, offset = rest
        name, alias = str(source[0]), source[1]
        return tree.Query(
            select, name, alias and str(alias), where, group or (), having, order or (), limit, offset
        )


def _is(token: Token | None, word: str) -> bool:
    return token is not None and token.upper() == word
