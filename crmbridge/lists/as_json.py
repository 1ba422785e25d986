"""Lists as JSON: what `lists show --json` prints is what makes the same list again (docs/lists.md, "As JSON")."""

from typing import Any

from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.lists import services
from crmbridge.lists.filters.definition import dump, is_storable, load
from crmbridge.lists.models import List, ListType
from crmbridge.properties.models import RecordKind

_KEYS = ("name", "records", "type", "folder", "filters")


def write(item: List) -> dict[str, Any]:
    """The list as JSON has it."""
    return {
        "name": item.name,
        "records": item.kind,
        "type": item.type,
        "folder": item.folder,
        "filters": dump(load(item.filters)),
    }


def create(data: Any) -> List:
    """The list that JSON describes; Refused or ValidationError says what does not fit."""
    given = _checked(data)
    kind, type = given.get("records", RecordKind.CONTACT.value), given.get("type", ListType.ACTIVE.value)
    if kind not in RecordKind.values or type not in ListType.values:
        raise Refused(_("“records” is contact or company, “type” is active or static."))
    return services.create(
        name=given.get("name", ""),
        kind=kind,
        type=type,
        folder=given.get("folder", ""),
        definition=load(given["filters"]) if "filters" in given else None,
    )


def change(item: List, data: Any) -> List:
    """The list changed to what JSON says; what it does not name stays."""
    given = _checked(data)
    for name, now in (("records", item.kind), ("type", item.type)):
        if given.get(name, now) != now:
            raise Refused(_("“%(name)s” of a list cannot be changed.") % {"name": name})
    return services.change(
        item,
        name=given.get("name"),
        folder=given.get("folder"),
        definition=load(given["filters"]) if "filters" in given else None,
    )


def _checked(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or set(data) - set(_KEYS):
        raise Refused(_("A list as JSON has %(names)s.") % {"names": ", ".join(_KEYS)})
    for name in set(data) - {"filters"}:
        if not isinstance(data[name], str) or not is_storable(data[name]):
            raise Refused(_("“%(name)s” of a list is a text.") % {"name": name})
    return data
