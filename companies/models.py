"""Companies."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from companies.querysets import CompanyQuerySet
from companies.standard import STANDARD_PROPERTIES
from crmbridge.properties.fields import LONGEST_INDEXED, LongTextProperty, NumberProperty, TextProperty
from crmbridge.properties.history import history_trigger
from crmbridge.properties.models import RecordKind, columns
from crmbridge.properties.records import Record


class Company(Record):
    """An organisation that contacts work for."""

    KIND = RecordKind.COMPANY
    STANDARD_PROPERTIES = STANDARD_PROPERTIES

    name = TextProperty(_("company name"), longest=LONGEST_INDEXED)
    domain = TextProperty(_("web domain"), longest=LONGEST_INDEXED)
    website = TextProperty(_("website"))
    phone = TextProperty(_("phone"))
    fax = TextProperty(_("fax"))
    industry = TextProperty(_("industry"))
    type = TextProperty(_("type"))
    annual_revenue = NumberProperty(_("annual revenue"))
    number_of_employees = NumberProperty(_("number of employees"))
    description = LongTextProperty(_("description"))
    address = LongTextProperty(_("street address"))
    city = TextProperty(_("city"))
    state = TextProperty(_("state or region"))
    postal_code = TextProperty(_("postal code"))
    country = TextProperty(_("country"))
    shipping_address = LongTextProperty(_("shipping street address"))
    shipping_city = TextProperty(_("shipping city"))
    shipping_state = TextProperty(_("shipping state or region"))
    shipping_postal_code = TextProperty(_("shipping postal code"))
    shipping_country = TextProperty(_("shipping country"))
    owner_id = TextProperty(_("owner ID"))
    account_number = TextProperty(_("account number"))
    account_source = TextProperty(_("account source"))
    ownership = TextProperty(_("ownership"))
    rating = TextProperty(_("rating"))
    sic = TextProperty(_("SIC code"))
    site = TextProperty(_("account site"))
    ticker_symbol = TextProperty(_("ticker symbol"))
    # Without a constraint, as are all links that imports write: the statements that set them read both sides.
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent company"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        db_constraint=False,
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        indexes = [
            models.Index(fields=["name", "id"], name="company_by_name"),
            models.Index(OpClass(Lower("name"), name="text_pattern_ops"), name="company_by_name_start"),
            models.Index(
                OpClass("domain", name="text_pattern_ops"),
                name="company_by_domain",
                condition=models.Q(domain__isnull=False),
            ),
            # Custom properties by value; records without any cost nothing.
            GinIndex(
                fields=["properties"],
                opclasses=["jsonb_path_ops"],
                condition=~models.Q(properties={}),
                name="company_by_custom_property",
            ),
        ]
        triggers = [
            history_trigger(kind=RecordKind.COMPANY, columns=[*columns(STANDARD_PROPERTIES), "parent_id"])
        ]

    def __str__(self) -> str:
        return self.name or self.domain or f"#{self.pk}"
