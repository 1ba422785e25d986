"""The standard properties of a contact (docs/behaviour.md, section 4, default mappings)."""

from django.utils.translation import gettext_lazy as _

from crmbridge.properties.models import StandardProperty as P
from crmbridge.properties.types import PropertyType

ABOUT, ADDRESS, WORK, LEAD = _("About"), _("Address"), _("Work"), _("Lead")

STANDARD_PROPERTIES = [
    P("salutation", _("Salutation"), PropertyType.CHOICE, ABOUT),
    P("first_name", _("First name"), group=ABOUT),
    P("last_name", _("Last name"), group=ABOUT),
    P("email", _("Email"), group=ABOUT),
    P("phone", _("Phone"), group=ABOUT),
    P("mobile_phone", _("Mobile phone"), group=ABOUT),
    P("fax", _("Fax"), group=ABOUT),
    P("birthdate", _("Date of birth"), PropertyType.DATE, ABOUT),
    P("email_opt_out", _("Email opt-out"), PropertyType.YES_NO, ABOUT),
    P("description", _("Description"), PropertyType.LONG_TEXT, ABOUT),
    P("job_title", _("Job title"), group=WORK),
    P("department", _("Department"), group=WORK),
    P("company_name", _("Company name"), group=WORK),
    P("industry", _("Industry"), PropertyType.CHOICE, WORK),
    P("website", _("Website"), group=WORK),
    P("annual_revenue", _("Annual revenue"), PropertyType.NUMBER, WORK),
    P("number_of_employees", _("Number of employees"), PropertyType.NUMBER, WORK),
    P("address", _("Street address"), PropertyType.LONG_TEXT, ADDRESS),
    P("city", _("City"), group=ADDRESS),
    P("state", _("State or region"), group=ADDRESS),
    P("postal_code", _("Postal code"), group=ADDRESS),
    P("country", _("Country"), group=ADDRESS),
    P("lead_source", _("Lead source"), PropertyType.CHOICE, LEAD),
    P("lead_status", _("Lead status"), PropertyType.CHOICE, LEAD),
    P("rating", _("Rating"), PropertyType.CHOICE, LEAD),
    P("owner_id", _("Owner ID"), group=LEAD),
]
