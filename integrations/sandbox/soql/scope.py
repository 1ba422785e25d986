"""Names in a query: which table and which field a path means."""

from dataclasses import dataclass, field

from integrations.sandbox.errors import invalid_field, invalid_type, malformed_query, no_such_column
from integrations.sandbox.schema import Field, Schema, SObject
from integrations.sandbox.soql import tree
from integrations.sandbox.soql.plan import Column, SqlValue

MAX_LEVELS = 5


@dataclass(slots=True)
class Scope:
    """The tables of one SELECT, joined as its paths ask for them, and its parameters."""

    schema: Schema
    sobject: SObject
    table: str
    alias: str | None = None
    params: list[SqlValue] = field(default_factory=list)
    parents: dict[tuple[str, ...], tuple[str, SObject]] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, schema: Schema, query: tree.Query, *, table: str) -> "Scope":
        """The scope of a query. Raises ApiError INVALID_TYPE."""
        sobject = schema.find(query.sobject)
        if sobject is None:
            raise invalid_type(query.sobject)
        return cls(schema, sobject, table, query.alias, parents={(): (table, sobject)})

    def column(self, path: tree.Path) -> Column:
        """The column that a path means. Raises ApiError INVALID_FIELD."""
        *relationships, name = self._own(path)
        table, sobject = self.table, self.sobject
        at: tuple[str, ...] = ()
        for relationship in relationships:
            table, sobject, at = self._parent(table, sobject, at, relationship)
        found = sobject.find(name)
        if found is None:
            raise no_such_column(field=name, sobject=sobject.name)
        return Column((*at, found.name), found, f'{table}."{found.name}"', table)

    def source(self) -> str:
        """The FROM clause with every join so far."""
        return f'FROM "{self.sobject.name}" {self.table} ' + " ".join(self.joins)

    def _own(self, path: tree.Path) -> tuple[str, ...]:
        """The path without the object's own name or alias in front."""
        first, *rest = path.parts
        own = {name.lower() for name in (self.alias, self.sobject.name) if name}
        if rest and first.lower() in own and self._reference(self.sobject, first) is None:
            return tuple(rest)
        return path.parts

    def _parent(
        self, table: str, sobject: SObject, at: tuple[str, ...], relationship: str
    ) -> tuple[str, SObject, tuple[str, ...]]:
        reference = self._reference(sobject, relationship)
        parent = None if reference is None else self.schema.parent(reference)
        if reference is None or parent is None:
            raise _unknown_relationship(relationship)
        at = (*at, reference.relationship)
        if len(at) > MAX_LEVELS:
            raise malformed_query(f"only {MAX_LEVELS} levels of relationships are allowed")
        if at not in self.parents:
            joined = f"{self.table}_{len(self.parents)}"
            self.parents[at] = (joined, parent)
            condition = f'{joined}.Id = {table}."{reference.name}"'
            self.joins.append(f'LEFT JOIN "{parent.name}" {joined} ON {condition}')
        return (*self.parents[at], at)

    @staticmethod
    def _reference(sobject: SObject, relationship: str) -> Field | None:
        lowered = relationship.lower()
        return next((f for f in sobject if f.references and f.relationship.lower() == lowered), None)


def _unknown_relationship(name: str) -> Exception:
    return invalid_field(
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
        "relationship, be sure to append the '__r' after the custom relationship name. Please reference your "
        "WSDL or the describe call for the appropriate names."
    )
