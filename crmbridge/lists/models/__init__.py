"""Lists, who is on them, which lists use which, and files of them."""

from crmbridge.lists.models.export import ExportState, FileFormat, ListExport, ListExportPart
from crmbridge.lists.models.list import (
    CAMPAIGN_SOURCE,
    MODELS,
    List,
    ListMember,
    ListQuerySet,
    ListType,
    ListUse,
)

__all__ = [
    "CAMPAIGN_SOURCE",
    "MODELS",
    "ExportState",
    "FileFormat",
    "List",
    "ListExport",
    "ListExportPart",
    "ListMember",
    "ListQuerySet",
    "ListType",
    "ListUse",
]
