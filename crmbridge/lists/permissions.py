"""The way to one list: who may see it, change it, and where its page is."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from crmbridge.lists.models import List


def may_see(request: HttpRequest, kind: str) -> bool:
    """Whether the person may see the records of such a list; what filters find tells of companies, too."""
    rights = {
        "contact": ["contacts.view_contact", "companies.view_company"],
        "company": ["companies.view_company"],
    }
    return request.user.has_perms(rights[kind])


def visible(admin: Any, request: HttpRequest, list_id: int) -> List:
    """The list, for people who may see it and what is on it."""
    item = get_object_or_404(List, pk=list_id)
    if not (admin.has_view_permission(request, item) and may_see(request, item.kind)):
        raise PermissionDenied
    return item


def changeable(admin: Any, request: HttpRequest, list_id: int) -> List:
    """The list, for people who may change it as well."""
    item = visible(admin, request, list_id)
    if not admin.has_change_permission(request, item):
        raise PermissionDenied
    return item


def page_of(item: List) -> HttpResponse:
    """Leads to the page of the list."""
    return redirect(reverse("admin:lists_list_change", args=[item.pk]))
