"""Which Salesforce field types fit which property types (behaviour.md, section 4)."""

from crmbridge.properties.types import PropertyType as P

_TEXT = (P.TEXT, P.LONG_TEXT)

_FITTING: dict[str, tuple[P, ...]] = {
    **dict.fromkeys(
        (
            "string",
            "email",
            "phone",
            "url",
            "id",
            "reference",
            "combobox",
            "encryptedstring",
            "time",
            "anyType",
        ),
        _TEXT,
    ),
    "textarea": (P.LONG_TEXT, P.TEXT),
    "picklist": (P.CHOICE, *_TEXT),
    "multipicklist": (P.MULTIPLE_CHOICE, *_TEXT),
    "boolean": (P.YES_NO,),
    **dict.fromkeys(("double", "int", "long", "currency", "percent"), (P.NUMBER,)),
    "date": (P.DATE, P.DATETIME),
    "datetime": (P.DATETIME, P.DATE),
}

COMPOUND_TYPES = frozenset({"address", "location"})
UNMAPPABLE_TYPES = COMPOUND_TYPES | {"base64"}

# Works, but says so: what the field knows more exactly than the property is lost.
_WITH_LOSS = {
    ("datetime", P.DATE),
    ("date", P.DATETIME),
    ("multipicklist", P.TEXT),
    ("multipicklist", P.LONG_TEXT),
}


def property_types(field_type: str) -> tuple[P, ...]:
    """The property types that a field of this Salesforce type can feed, the best first; none if it cannot be mapped."""
    return _FITTING.get(field_type, () if field_type in UNMAPPABLE_TYPES else _TEXT)


def fits(field_type: str, property_type: str) -> bool:
    """Whether the field can feed the property."""
    return property_type in property_types(field_type)


def loses_detail(field_type: str, property_type: str) -> bool:
    """Whether the mapping works but needs a warning, because the two formats differ."""
    return (field_type, property_type) in _WITH_LOSS
