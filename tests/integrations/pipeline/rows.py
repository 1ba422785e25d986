"""Rows as Salesforce sends them, each with just what its test is about."""

from typing import Any

Row = dict[str, Any]


def stamp(day: int) -> str:
    """A moment in 2026, later for higher numbers."""
    return f"2026-{1 + day // 28:02}-{1 + day % 28:02}T00:00:00.000Z"


def contact(number: int, **fields: Any) -> Row:
    """A Salesforce contact."""
    return {"Id": contact_id(number), "LastName": f"Contact {number}", **fields}


def lead(number: int, **fields: Any) -> Row:
    """A Salesforce lead."""
    return {"Id": lead_id(number), "LastName": f"Lead {number}", "Company": "Acme", **fields}


def account(number: int, **fields: Any) -> Row:
    """A Salesforce account."""
    return {"Id": account_id(number), "Name": f"Account {number}", **fields}


def contact_id(number: int) -> str:
    return f"003{number:012}AAA"


def lead_id(number: int) -> str:
    return f"00Q{number:012}AAA"


def account_id(number: int) -> str:
    return f"001{number:012}AAA"


def changed(row: Row, day: int = 1, **fields: Any) -> Row:
    """The row after somebody changed it in Salesforce."""
    return {**row, "SystemModstamp": stamp(day), **fields}


def deleted(row: Row, day: int = 1) -> Row:
    """The row after it went to Salesforce's recycle bin."""
    return changed(row, day, IsDeleted="true")


def merged(row: Row, into: Row, day: int = 1) -> Row:
    """The row after it was merged into another."""
    return changed(row, day, IsDeleted="true", MasterRecordId=into["Id"])


def converted(row: Row, to: Row, day: int = 1) -> Row:
    """The lead after it was converted to a contact."""
    return changed(row, day, IsConverted="true", ConvertedContactId=to["Id"])
