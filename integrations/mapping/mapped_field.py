"""A field mapping as the pipeline sees it: plain data, ready to become SQL."""

import builtins
from dataclasses import dataclass

from psycopg import sql

from crmbridge.properties.types import PropertyType


@dataclass(frozen=True)
class MappedField:
    """One Salesforce field of one object and the property that it feeds."""

    property: str
    type: str
    field: str
    rule: str
    is_column: bool = True
    # The contact field that feeds the same property: where it has a value, a lead's does not count.
    prevailing_field: str = ""
    max_length: int | None = None
    # "domain" takes the host name out of a web address.
    derive: str = ""

    @builtins.property  # the field of that name stands before the built-in one
    def column(self) -> sql.Identifier:
        """The property's name as an SQL name."""
        return sql.Identifier(self.property)

    @builtins.property
    def is_email(self) -> bool:
        """Whether it feeds the e-mail address that identifies a contact."""
        return self.is_column and self.property == "email"

    @builtins.property
    def longest(self) -> int | None:
        """How many characters the property takes; None if any number."""
        if self.is_column and self.property in _INDEXED:
            return min(self.max_length or _LONGEST_INDEXED, _LONGEST_INDEXED)
        return self.max_length

    @builtins.property
    def can_misfit(self) -> bool:
        """Whether a value in Salesforce may be one that the property cannot hold."""
        return self.type not in _ANY_TEXT or self.longest is not None


_ANY_TEXT = (PropertyType.TEXT, PropertyType.LONG_TEXT, PropertyType.CHOICE, PropertyType.MULTIPLE_CHOICE)

# An entry of an index holds 2,704 bytes; a longer value would stop the whole page. Two names of 255 characters of
# four bytes each fit. Salesforce's own names and addresses are far shorter, but any text field can be mapped here.
_INDEXED = frozenset({"first_name", "last_name", "email", "name", "domain"})
_LONGEST_INDEXED = 255
