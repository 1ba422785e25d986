"""What the pages of lists share: the way to one list, and who may see and change it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from crmbridge.lists.models import List


def may_see(request: HttpRequest) -> bool:
    """Whether the person may see what is on lists; filters of either kind of list tell of both kinds of record."""
    return request.user.has_perms(["contacts.view_contact", "companies.view_company"])


class Pages(admin.ModelAdmin):  # type: ignore[type-arg]
    """A part of the admin of lists: adds its addresses to those of the others."""

    def visible(self, request: HttpRequest, list_id: int) -> List:
        """The list, for people who may see it and what is on it."""
        item = get_object_or_404(List, pk=list_id)
        if not (self.has_view_permission(request, item) and may_see(request)):
            raise PermissionDenied
        return item

    def changeable(self, request: HttpRequest, list_id: int) -> List:
        """The list, for people who may change it as well."""
        item = self.visible(request, list_id)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        return item

    def records_admin(self, item: List) -> Any:
        """The admin of the records that are on it."""
        return self.admin_site.get_model_admin(item.model)
