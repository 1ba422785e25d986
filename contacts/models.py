"""Contacts."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from contacts.querysets import ContactQuerySet
from contacts.standard import STANDARD_PROPERTIES
from crmbridge.properties.fields import LONGEST_INDEXED, LongTextProperty, NumberProperty, TextProperty
from crmbridge.properties.history import history_trigger
from crmbridge.properties.models import RecordKind, columns
from crmbridge.properties.records import Record

# `filter(email__lower=…)` reads the unique index below.
TextProperty.register_lookup(Lower)


class Contact(Record):
    """A person that a team markets to; a Salesforce lead and a Salesforce contact may both be this person."""

    KIND = RecordKind.CONTACT
    STANDARD_PROPERTIES = STANDARD_PROPERTIES

    salutation = TextProperty(_("salutation"))
    first_name = TextProperty(_("first name"), longest=LONGEST_INDEXED)
    last_name = TextProperty(_("last name"), longest=LONGEST_INDEXED)
    email = TextProperty(_("email"), longest=LONGEST_INDEXED)
    phone = TextProperty(_("phone"))
    mobile_phone = TextProperty(_("mobile phone"))
    fax = TextProperty(_("fax"))
    birthdate = models.DateField(_("date of birth"), null=True, blank=True)
    email_opt_out = models.BooleanField(_("email opt-out"), null=True, blank=True)
    description = LongTextProperty(_("description"))
    job_title = TextProperty(_("job title"))
    department = TextProperty(_("department"))
    company_name = TextProperty(_("company name"))
    industry = TextProperty(_("industry"))
    website = TextProperty(_("website"))
    annual_revenue = NumberProperty(_("annual revenue"))
    number_of_employees = NumberProperty(_("number of employees"))
    address = LongTextProperty(_("street address"))
    city = TextProperty(_("city"))
    state = TextProperty(_("state or region"))
    postal_code = TextProperty(_("postal code"))
    country = TextProperty(_("country"))
    lead_source = TextProperty(_("lead source"))
    lead_status = TextProperty(_("lead status"))
    rating = TextProperty(_("rating"))
    owner_id = TextProperty(_("owner ID"))
    # Without a constraint, as are all links that imports write: the statements that set them read both sides.
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        db_constraint=False,
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            # text_pattern_ops: the same index answers equality, uniqueness and "starts with" in any locale.
            models.UniqueConstraint(
                OpClass(Lower("email"), name="text_pattern_ops"),
                condition=models.Q(email__isnull=False),
                name="one_contact_an_email",
                violation_error_message=_("A contact with this e-mail address exists already."),
            )
        ]
        indexes = [
            models.Index(fields=["last_name", "first_name", "id"], name="contact_by_name"),
            models.Index(
                OpClass(Lower("last_name"), name="text_pattern_ops"), name="contact_by_last_name_start"
            ),
            models.Index(
                OpClass(Lower("first_name"), name="text_pattern_ops"), name="contact_by_first_name_start"
            ),
            # Imports, which write most rows, never touch it.
            models.Index(
                fields=["id"],
                condition=models.Q(created_by_import__isnull=True),
                name="contact_created_here",
            ),
            # Custom properties by value; records without any cost nothing.
            GinIndex(
                fields=["properties"],
                opclasses=["jsonb_path_ops"],
                condition=~models.Q(properties={}),
                name="contact_by_custom_property",
            ),
        ]
        triggers = [
            history_trigger(kind=RecordKind.CONTACT, columns=[*columns(STANDARD_PROPERTIES), "company_id"])
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or f"#{self.pk}"

    @property
    def full_name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)
