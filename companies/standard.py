"""The standard properties of a company (docs/behaviour.md, section 4, default mappings)."""

from django.utils.translation import gettext_lazy as _

from crmbridge.properties.models import StandardProperty as P
from crmbridge.properties.types import PropertyType

ABOUT, ADDRESS, SHIPPING, DETAILS = _("About"), _("Address"), _("Shipping address"), _("Details")

STANDARD_PROPERTIES = [
    P("name", _("Company name"), group=ABOUT),
    P("domain", _("Web domain"), group=ABOUT),
    P("website", _("Website"), group=ABOUT),
    P("phone", _("Phone"), group=ABOUT),
    P("fax", _("Fax"), group=ABOUT),
    P("industry", _("Industry"), PropertyType.CHOICE, ABOUT),
    P("type", _("Type"), PropertyType.CHOICE, ABOUT),
    P("annual_revenue", _("Annual revenue"), PropertyType.NUMBER, ABOUT),
    P("number_of_employees", _("Number of employees"), PropertyType.NUMBER, ABOUT),
    P("description", _("Description"), PropertyType.LONG_TEXT, ABOUT),
    P("address", _("Street address"), PropertyType.LONG_TEXT, ADDRESS),
    P("city", _("City"), group=ADDRESS),
    P("state", _("State or region"), group=ADDRESS),
    P("postal_code", _("Postal code"), group=ADDRESS),
    P("country", _("Country"), group=ADDRESS),
    P("shipping_address", _("Shipping street address"), PropertyType.LONG_TEXT, SHIPPING),
    P("shipping_city", _("Shipping city"), group=SHIPPING),
    P("shipping_state", _("Shipping state or region"), group=SHIPPING),
    P("shipping_postal_code", _("Shipping postal code"), group=SHIPPING),
    P("shipping_country", _("Shipping country"), group=SHIPPING),
    P("owner_id", _("Owner ID"), group=DETAILS),
    P("account_number", _("Account number"), group=DETAILS),
    P("account_source", _("Account source"), PropertyType.CHOICE, DETAILS),
    P("ownership", _("Ownership"), PropertyType.CHOICE, DETAILS),
    P("rating", _("Rating"), PropertyType.CHOICE, DETAILS),
    P("sic", _("SIC code"), group=DETAILS),
    P("site", _("Account site"), group=DETAILS),
    P("ticker_symbol", _("Ticker symbol"), group=DETAILS),
]
