"""The SQLite table of an object: its columns, and the fields that SQLite derives from others."""

from integrations.sandbox.schema import Field, SObject
from integrations.sandbox.schema.model import FLOAT_TYPES

AFFINITY = {"boolean": "INTEGER NOT NULL DEFAULT 0", "int": "INTEGER"} | dict.fromkeys(FLOAT_TYPES, "REAL")
PERSON_NAME = "coalesce(FirstName || ' ', '') || coalesce(LastName, '')"
PHOTO = "'/services/images/photo/' || Id"
COMPUTED = {
    ("Contact", "Name"): PERSON_NAME,
    ("Lead", "Name"): PERSON_NAME,
    ("User", "Name"): PERSON_NAME,
    ("Account", "PhotoUrl"): PHOTO,
    ("Contact", "PhotoUrl"): PHOTO,
    ("Lead", "PhotoUrl"): PHOTO,
    ("Account", "Is_Key_Account__c"): "coalesce(AnnualRevenue, 0) >= 10000000",
    ("CampaignMember", "LeadOrContactId"): "coalesce(ContactId, LeadId)",
    ("CampaignMember", "Type"): "CASE WHEN ContactId IS NULL THEN 'Lead' ELSE 'Contact' END",
}


def create_statements(sobject: SObject) -> list[str]:
    """The SQL that makes the table of an object and the indexes of its external ids."""
    columns = ", ".join(_column(sobject, field) for field in sobject if field.type != "address")
    keys = [field.name for field in sobject if "external_id" in field.flags]
    indexes = [
        f'CREATE INDEX "{sobject.name}_{key}" ON "{sobject.name}" ("{key}" COLLATE NOCASE)' for key in keys
    ]
    return [f'CREATE TABLE "{sobject.name}" ({columns})', *indexes]


def is_computed(sobject: str, field: str) -> bool:
    """Whether SQLite derives the field from others, so that nothing may be written to it."""
    return (sobject, field) in COMPUTED


def _column(sobject: SObject, field: Field) -> str:
    kind = "TEXT PRIMARY KEY" if field.name == "Id" else AFFINITY.get(field.type, "TEXT")
    formula = COMPUTED.get((sobject.name, field.name))
    if formula is None:
        return f'"{field.name}" {kind}'
    return f'"{field.name}" {kind.split()[0]} GENERATED ALWAYS AS ({formula}) VIRTUAL'
