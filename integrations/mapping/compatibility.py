"""Which Salesforce field types fit which property types (behaviour.md, section 4): one table for all that asks."""

from enum import StrEnum

from crmbridge.properties.types import PropertyType as P


class Fit(StrEnum):
    """How a field of one type feeds a property of another."""

    FITS = "fits"
    # Works, but says so: what the field knows more exactly than the property is lost.
    LOSES = "loses"
    NOT = "not"


_TEXT = (P.TEXT, P.LONG_TEXT)
_NUMBER = (P.NUMBER,)
_TEXT_LIKE = (
    *("string", "email", "phone", "url", "id", "reference"),
    *("combobox", "encryptedstring", "time", "anyType"),
)

# Field type → the property types that it can feed, the best first; none if it cannot be mapped.
FITTING: dict[str, tuple[P, ...]] = {
    **dict.fromkeys(_TEXT_LIKE, _TEXT),
    "textarea": (P.LONG_TEXT, P.TEXT),
    "picklist": (P.CHOICE, *_TEXT),
    "multipicklist": (P.MULTIPLE_CHOICE, *_TEXT),
    "boolean": (P.YES_NO,),
    **dict.fromkeys(("double", "int", "long", "currency", "percent"), _NUMBER),
    "date": (P.DATE, P.DATETIME),
    "datetime": (P.DATETIME, P.DATE),
    **dict.fromkeys(("address", "location", "base64"), ()),
}

COMPOUND_TYPES = frozenset({"address", "location"})
UNMAPPABLE_TYPES = COMPOUND_TYPES | {"base64"}

_WITH_LOSS = {
    ("datetime", P.DATE),
    ("date", P.DATETIME),
    ("multipicklist", P.TEXT),
    ("multipicklist", P.LONG_TEXT),
}


def property_types(field_type: str) -> tuple[P, ...]:
    """The property types that a field of this Salesforce type can feed, the best first; none if it cannot be mapped."""
    return FITTING.get(field_type, _TEXT)  # a type that Salesforce invents later is text


def fit(field_type: str, property_type: str) -> Fit:
    """How a field of this type feeds a property of that type."""
    if property_type not in property_types(field_type):
        return Fit.NOT
    return Fit.LOSES if (field_type, property_type) in _WITH_LOSS else Fit.FITS


def fits(field_type: str, property_type: str) -> bool:
    """Whether the field can feed the property."""
    return fit(field_type, property_type) is not Fit.NOT


def loses_detail(field_type: str, property_type: str) -> bool:
    """Whether the mapping works but needs a warning, because the two formats differ."""
    return fit(field_type, property_type) is Fit.LOSES
