"""Lists in few words."""

from typing import Any

from crmbridge.lists import services
from crmbridge.lists.filters.definition import Definition, load
from crmbridge.lists.models import List


def of(about: str, property: str, operator: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"about": about, "property": property, "operator": operator, "values": list(values), **more}


def on(*lists: List, operator: str = "member") -> dict[str, Any]:
    return {"about": "list", "operator": operator, "values": [str(item.pk) for item in lists]}


def filters(*groups: list[dict[str, Any]]) -> Definition:
    return load({"groups": list(groups)})


def make(name: str, *groups: list[dict[str, Any]], kind: str = "contact") -> List:
    return services.create(name=name, kind=kind, type="active", definition=filters(*groups))
