"""The table of field types in docs/field-types.md, made by `python -m tests.docs.field_types`."""

import os
import sys

import django

_SIGNS = {"fits": "●", "loses": "○", "not": ""}
_HEAD = """# Which Salesforce field can feed which property

Made from integrations/mapping/compatibility.py by `python -m tests.docs.field_types > docs/field-types.md`.

● fits · ○ works, but a part of the value is lost or made up, and the mapping says so · empty: cannot be mapped.
A property that is made for a field gets the type named last. Of compound fields (address, location) the components
are mapped one by one. A type that Salesforce invents later is text. Calculated fields can only be *Always use
Salesforce* or *Don't sync*.
"""


def reference() -> str:
    """The whole page."""
    from crmbridge.properties.types import PropertyType
    from integrations.mapping.compatibility import FITTING, fit, property_types

    types = list(PropertyType)
    lines = ["| Salesforce type | " + " | ".join(str(item.label) for item in types) + " | made for it |"]
    lines.append("|---" * (len(types) + 2) + "|")
    for field_type in FITTING:
        signs = " | ".join(_SIGNS[fit(field_type, item)] for item in types)
        best = next((str(item.label) for item in property_types(field_type)), "–")
        lines.append(f"| {field_type} | {signs} | {best} |")
    return _HEAD + "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmbridge.settings")
    django.setup()
    sys.stdout.write(reference())
