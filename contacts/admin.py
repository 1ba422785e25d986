"""Contacts: the list, the page of one, and all properties of its company."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from contacts import panels  # noqa: F401 - registers them
from contacts.models import Contact
from contacts.resources import ContactResource
from contacts.search import matching
from contacts.standard import WORK
from crmbridge.panels import render
from crmbridge.properties.admin import KnownFilter, RecordAdmin, RecordForm, SourceFilter
from crmbridge.properties.fields import is_email
from crmbridge.properties.models import RecordKind
from crmbridge.properties.panels import values_by_group


class ContactForm(RecordForm):
    """The properties of a contact; an e-mail address that is entered must be one."""

    def clean_email(self) -> str | None:
        """The address; one that came from elsewhere and stays as it is does not stop the person."""
        email: str | None = self.cleaned_data["email"]
        if email and "email" in self.changed_data and not is_email(email):
            raise ValidationError(_("Enter an e-mail address such as amy@example.com."))
        return email


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    """All Contacts, and the page of one."""

    form = ContactForm
    list_display = (
        "full_name",
        "email",
        "company_link",
        "job_title",
        "phone",
        "country",
        "source",
        "changed",
    )
    sortable_by = ("full_name",)
    list_filter = (("email", KnownFilter), ("company", KnownFilter), SourceFilter)
    search_fields = ("email",)
    search_help_text = _(
        "The start of an e-mail address, a name, a company or its web domain; or a Salesforce ID."
    )
    autocomplete_fields = ("company",)
    links = {"company": WORK}
    resource_classes = [ContactResource]
    change_list_template = "contacts/contact_list.html"
    change_form_template = "contacts/contact.html"

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, contact: Contact) -> str:
        """First and last name, or what else names the contact."""
        return str(contact)

    @admin.display(description=_("company"))
    def company_link(self, contact: Contact) -> Any:
        """The company, linked when it is here."""
        if contact.company is None:
            return contact.company_name
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:companies_company_change", args=[contact.company_id]),
            contact.company,
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The contacts that the term finds; never the same one twice."""
        term = search_term.strip()
        return (matching(queryset, term) if term else queryset), False

    def list_title(self) -> Any:
        """As the menu calls it."""
        return _("All Contacts")

    def empty_state(self, request: HttpRequest) -> Any:
        """Where contacts come from."""
        return _("There are no contacts yet. Connect Salesforce and import them, or add one here.")

    def get_urls(self) -> list[Any]:
        """The page of all properties of a contact's company beside the usual ones."""
        view = self.admin_site.admin_view(self.company_properties_view)
        page = path("<int:contact_id>/company/", view, name="contacts_contact_company")
        return [page, *super().get_urls()]

    def company_properties_view(self, request: HttpRequest, contact_id: int) -> TemplateResponse:
        """Manage Properties: everything that is known of the associated account."""
        contact = self.get_object(request, str(contact_id))
        if contact is None or contact.company is None:
            raise Http404
        if not (
            self.has_view_permission(request, contact) and request.user.has_perm("companies.view_company")
        ):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Properties of %(company)s") % {"company": contact.company},
            "contact": contact,
            "company": contact.company,
            "groups": values_by_group(contact.company),
            "panels": [
                item
                for item in render(RecordKind.COMPANY, request=request, record=contact.company)
                if item.key == "fields"
            ],
        }
        return TemplateResponse(request, "contacts/company_properties.html", context)
