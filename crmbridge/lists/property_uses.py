"""The lists whose filters ask for a property, and what they have against its having another type."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crmbridge.lists.filters.definition import load
from crmbridge.lists.models import List
from crmbridge.properties import uses
from crmbridge.properties.models import Property
from crmbridge.properties.uses import Use


def of(properties: Iterable[int]) -> dict[int, list[Use]]:
    """The lists that ask for each property, archived ones too: they may come back, and others may use them."""
    wanted = {(item.kind, item.name): item.pk for item in Property.objects.filter(pk__in=list(properties))}
    found = defaultdict[int, list[Use]](list)
    for item in List.objects.active().order_by("name"):
        asked = {(one.about, one.property) for one in load(item.filters).filters()}
        for key in asked & set(wanted):
            url = reverse("admin:lists_list_change", args=[item.pk])
            found[wanted[key]].append(Use(label=_("list %(name)s") % {"name": item.name}, url=url))
    return found


def against_type(item: Any, type: str) -> str:
    """The list that asks for values of the type that the property has now; "" if none does."""
    used = [use.label for use in of([item.pk]).get(item.pk, [])]
    if not used or type == item.type:
        return ""
    told = _("A filter of the %(list)s asks for it by its present type. Remove the filter first.")
    return told % {"list": used[0]}


uses.register("lists", of, veto=against_type)
