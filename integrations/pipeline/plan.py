"""What the statements of one page need to know."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime

from integrations.mapping.mapped_field import MappedField
from integrations.models import SyncRule

# Where the records of each Salesforce object live here.
TABLES = {"Account": "companies_company", "Contact": "contacts_contact", "Lead": "contacts_contact"}


@dataclass(frozen=True)
class PagePlan:
    """Whose page it is, what it holds and where its values go."""

    connection_id: int
    run_id: int
    phase_id: int
    sobject: str
    as_of: datetime | None = None
    mapped: tuple[MappedField, ...] = ()
    columns: tuple[str, ...] = ()
    skip_without_email: bool = False
    # Take only the accounts noted in ImportKey: the way round a semi-join that the org cannot answer.
    only_noted_keys: bool = False
    list_id: int | None = None

    def with_columns(self, columns: tuple[str, ...]) -> "PagePlan":
        """The plan for a page with these columns; mappings whose field did not come are left alone."""
        mapped = tuple(item for item in self.mapped if item.field in columns)
        return replace(self, columns=columns, mapped=mapped)

    @property
    def email_field(self) -> str:
        """The field whose e-mail address identifies a person: the one that feeds the property; empty if none does."""
        return next(
            (item.field for item in self.mapped if item.is_email and item.rule != SyncRule.DONT_SYNC), ""
        )

    @property
    def shape(self) -> int:
        """A checksum of the field names, as a signed 32-bit number."""
        return zlib.crc32("\n".join(sorted(self.columns)).encode()) - 2**31

    @property
    def related_field(self) -> str | None:
        """The field that points to the record which matters most beside this one, if it came."""
        field = {"Contact": "AccountId", "Lead": "ConvertedContactId", "Account": "ParentId"}[self.sobject]
        return field if field in self.columns else None
