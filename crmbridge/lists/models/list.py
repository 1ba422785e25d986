"""Lists: active ones, which filters keep current, and static ones, fixed at a moment and then edited by hand."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.models import RecordKind

# What a list that a campaign fills has as its source, before the campaign's Salesforce ID.
CAMPAIGN_SOURCE = "salesforce-campaign:"


class ListType(models.TextChoices):
    """Whether filters say who is on a list, or people do."""

    ACTIVE = "active", _("Active")
    STATIC = "static", _("Static")


class ListQuerySet(models.QuerySet["List"]):
    """Named reads of lists."""

    def in_use(self) -> "ListQuerySet":
        """The lists that are not archived."""
        return self.filter(archived_at=None)

    def active(self) -> "ListQuerySet":
        """The lists that filters keep current."""
        return self.filter(type=ListType.ACTIVE)

    def to_put_on(self, kind: str) -> "ListQuerySet":
        """The lists that such records can be put on, by name."""
        return self.in_use().filter(type=ListType.STATIC, kind=kind).order_by("name", "id")

    def folders(self) -> models.QuerySet[Any]:
        """The names of the folders that there are."""
        named = self.exclude(folder="").order_by("folder")
        return named.values_list("folder", flat=True).distinct()


class List(models.Model):
    """A named set of contacts, or of companies."""

    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(
        _("records"),
        max_length=10,
        choices=RecordKind,
        default=RecordKind.CONTACT,
        db_default=RecordKind.CONTACT,
    )
    type = models.CharField(
        _("type"), max_length=10, choices=ListType, default=ListType.STATIC, db_default=ListType.STATIC
    )
    # docs/lists.md, "As JSON". A static list that was active keeps what it was made from.
    filters = models.JSONField(_("filters"), default=dict, db_default=models.Value({}, models.JSONField()))
    folder = models.CharField(_("folder"), max_length=100, blank=True, db_default="")
    # What fills it, for example a campaign's Salesforce ID; the list is found again by it, whatever its name.
    source = models.CharField(_("filled by"), max_length=100, blank=True)
    # Of a static list kept by the trigger below, of an active one as last counted.
    size = models.BigIntegerField(_("size"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    # When the worker last began to count it, in vain or not: the next turn begins with others.
    tried_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, db_default=Now(), editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    contacts = models.ManyToManyField(
        Contact, through="ListMember", related_name="lists", verbose_name=_("contacts")
    )
    companies = models.ManyToManyField(
        Company, through="ListMember", related_name="lists", verbose_name=_("companies")
    )

    objects = ListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=~models.Q(source=""), name="one_list_a_source"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Whether filters say who is on it."""
        return self.type == ListType.ACTIVE

    @property
    def model(self) -> Any:
        """What its members are."""
        return MODELS[RecordKind(self.kind)]


MODELS: dict[RecordKind, Any] = {RecordKind.CONTACT: Contact, RecordKind.COMPANY: Company}

_SIZED = """UPDATE lists_list l SET size = COALESCE(l.size, 0) {sign} n.members
FROM (SELECT list_id, count(*) AS members FROM {rows} GROUP BY list_id) AS n
WHERE l.id = n.list_id AND l.type = 'static';
RETURN NULL;"""


class ListMember(models.Model):
    """A contact or a company on a static list."""

    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    added_at = models.DateTimeField(_("added"), db_default=Now())

    class Meta:
        verbose_name = _("list member")
        verbose_name_plural = _("list members")
        constraints = [
            models.UniqueConstraint(fields=["list", "contact"], name="once_on_a_list"),
            models.UniqueConstraint(fields=["list", "company"], name="company_once_on_a_list"),
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False, company__isnull=True)
                | models.Q(contact__isnull=True, company__isnull=False),
                name="member_is_one_record",
            ),
        ]
        # Whatever path members come and go by, their list knows how many it has.
        triggers = [
            pgtrigger.Trigger(
                name="members_added",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
                func=_SIZED.format(sign="+", rows="new_rows"),
            ),
            pgtrigger.Trigger(
                name="members_removed",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="old_rows"),  # type: ignore[no-untyped-call]
                func=_SIZED.format(sign="-", rows="old_rows"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.contact_id or self.company_id}"


class ListUse(models.Model):
    """A list that another list's filters name; what is named cannot be deleted."""

    user = models.ForeignKey(List, on_delete=models.CASCADE, related_name="uses")
    used = models.ForeignKey(List, on_delete=models.PROTECT, related_name="used_by")

    class Meta:
        verbose_name = _("use of a list")
        verbose_name_plural = _("uses of lists")
        constraints = [models.UniqueConstraint(fields=["user", "used"], name="one_use_a_list")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.used_id}"
