"""The mappings that a new connection starts with (behaviour.md, section 4)."""

from dataclasses import dataclass

from crmbridge.properties.models import RecordKind


@dataclass(frozen=True)
class DefaultMapping:
    """A standard property and the standard fields that feed it."""

    kind: str
    property: str
    lead_field: str = ""
    contact_field: str = ""
    account_field: str = ""


def _both(property_name: str, lead_field: str, contact_field: str | None = None) -> DefaultMapping:
    return DefaultMapping(
        RecordKind.CONTACT, property_name, lead_field, lead_field if contact_field is None else contact_field
    )


def _account(property_name: str, field: str) -> DefaultMapping:
    return DefaultMapping(RecordKind.COMPANY, property_name, account_field=field)


DEFAULT_MAPPINGS = (
    _both("salutation", "Salutation"),
    _both("first_name", "FirstName"),
    _both("last_name", "LastName"),
    _both("email", "Email"),
    _both("phone", "Phone"),
    _both("mobile_phone", "MobilePhone"),
    _both("fax", "Fax"),
    _both("job_title", "Title"),
    _both("description", "Description"),
    _both("lead_source", "LeadSource"),
    _both("email_opt_out", "HasOptedOutOfEmail"),
    _both("address", "Street", "MailingStreet"),
    _both("city", "City", "MailingCity"),
    _both("state", "State", "MailingState"),
    _both("postal_code", "PostalCode", "MailingPostalCode"),
    _both("country", "Country", "MailingCountry"),
    _both("owner_id", "OwnerId"),
    _both("company_name", "Company", ""),
    _both("industry", "Industry", ""),
    _both("annual_revenue", "AnnualRevenue", ""),
    _both("number_of_employees", "NumberOfEmployees", ""),
    _both("rating", "Rating", ""),
    _both("lead_status", "Status", ""),
    _both("website", "Website", ""),
    _both("department", "", "Department"),
    _both("birthdate", "", "Birthdate"),
    _account("name", "Name"),
    _account("website", "Website"),
    _account("domain", "Website"),
    _account("phone", "Phone"),
    _account("fax", "Fax"),
    _account("industry", "Industry"),
    _account("type", "Type"),
    _account("annual_revenue", "AnnualRevenue"),
    _account("number_of_employees", "NumberOfEmployees"),
    _account("description", "Description"),
    _account("address", "BillingStreet"),
    _account("city", "BillingCity"),
    _account("state", "BillingState"),
    _account("postal_code", "BillingPostalCode"),
    _account("country", "BillingCountry"),
    _account("shipping_address", "ShippingStreet"),
    _account("shipping_city", "ShippingCity"),
    _account("shipping_state", "ShippingState"),
    _account("shipping_postal_code", "ShippingPostalCode"),
    _account("shipping_country", "ShippingCountry"),
    _account("owner_id", "OwnerId"),
    _account("account_number", "AccountNumber"),
    _account("account_source", "AccountSource"),
    _account("ownership", "Ownership"),
    _account("rating", "Rating"),
    _account("sic", "Sic"),
    _account("site", "Site"),
    _account("ticker_symbol", "TickerSymbol"),
)
