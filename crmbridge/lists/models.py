"""Static lists: fixed at a moment, then edited by hand."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact


class List(models.Model):
    """A named set of contacts."""

    name = models.CharField(_("name"), max_length=255)
    # What fills it, for example a campaign's Salesforce ID; the list is found again by it, whatever its name.
    source = models.CharField(_("filled by"), max_length=100, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, db_default=Now(), editable=False)
    contacts = models.ManyToManyField(
        Contact, through="ListMember", related_name="lists", verbose_name=_("contacts")
    )

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


class ListMember(models.Model):
    """A contact on a list."""

    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="memberships")
    added_at = models.DateTimeField(_("added"), db_default=Now())

    class Meta:
        verbose_name = _("list member")
        verbose_name_plural = _("list members")
        constraints = [models.UniqueConstraint(fields=["list", "contact"], name="once_on_a_list")]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.contact_id}"
