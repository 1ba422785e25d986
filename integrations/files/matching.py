"""Which property a column of a file fills."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import override

from contacts.models import Contact
from crmbridge.properties.columns import CUSTOM
from crmbridge.properties.models import Property, RecordKind

# The column that names the Salesforce record; not a property.
SALESFORCE_ID = "salesforce_id"
EMAIL = "email"
# What other programs call the same things.
_ALSO = {
    EMAIL: ("e-mail", "e-mail address", "mail", "メールアドレス", "Eメール", "電子メール"),
    SALESFORCE_ID: (
        "contact id",
        "lead id",
        "record id",
        "salesforce record id",
        "コンタクト id",
        "取引先責任者 id",
    ),
    "first_name": ("given name", "forename", "名"),
    "last_name": ("family name", "surname", "姓", "氏名"),
    "phone": ("telephone", "phone number", "tel", "電話番号"),
    "mobile_phone": ("mobile", "cell", "cell phone", "携帯", "携帯電話番号"),
    "job_title": ("title", "position", "肩書き", "肩書"),
    "company_name": ("company", "organization", "organisation", "account name", "会社", "企業名", "取引先名"),
    "address": ("street", "mailing street", "住所", "町名・番地"),
    "city": ("mailing city", "市区町村", "市区郡"),
    "state": ("region", "province", "mailing state", "都道府県"),
    "postal_code": ("zip", "zip code", "postcode", "mailing postal code", "郵便番号"),
    "country": ("mailing country", "国", "国名"),
    "website": ("web site", "url", "ウェブサイト"),
    "birthdate": ("birthday", "date of birth", "誕生日"),
}


def targets() -> dict[str, str]:
    """What a column can fill: name → label in the reader's language, the properties of a contact."""
    standard = {item.name: str(item.label) for item in Contact.STANDARD_PROPERTIES}
    return standard | {name: item.display_label for name, item in custom_targets().items()}


def custom_targets() -> dict[str, Property]:
    """The custom properties that a column can fill, under names that no standard one can have."""
    active = Property.objects.active(RecordKind.CONTACT).filter(is_standard=False)
    return {CUSTOM + item.name: item for item in active}


def suggest(header: Iterable[str]) -> list[str]:
    """For each heading the property that is called so, in any of its names; "" where none is. None is named twice."""
    known = _names()
    found: list[str] = []
    for heading in header:
        name = known.get(_plain(heading), "")
        found.append("" if name in found else name)
    return found


def _names() -> dict[str, str]:
    names = {_plain(SALESFORCE_ID): SALESFORCE_ID}
    for name, others in _ALSO.items():
        names |= {_plain(other): name for other in others}
    for language in ("ja", "en"):
        with override(language):
            names |= {_plain(label): name for name, label in targets().items()}
    for name, item in custom_targets().items():
        names.setdefault(_plain(item.name), name)
    return names | {_plain(item.name): item.name for item in Contact.STANDARD_PROPERTIES}


def _plain(heading: str) -> str:
    """The heading without case, width and punctuation."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
