"""Every address of the console and who may open it: nobody, viewers, marketers, administrators."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List, ListExport
from crmbridge.properties.models import Property
from crmbridge.roles import ADMINISTRATOR, MARKETER, VIEWER
from tests.integrations.admin.conftest import make_org, make_run

pytestmark = pytest.mark.django_db
PEOPLE = (VIEWER, MARKETER, ADMINISTRATOR)
EVERYBODY, VIEWERS, MARKETERS, ADMINISTRATORS, NOBODY = ("", *PEOPLE), PEOPLE, PEOPLE[1:], PEOPLE[2:], ()
# Pages of records: who may look, who may change.
RECORDS = {
    "contacts_contact": (VIEWERS, MARKETERS),
    "companies_company": (VIEWERS, MARKETERS),
    "lists_list": (VIEWERS, MARKETERS),
    "auth_user": (ADMINISTRATORS, ADMINISTRATORS),
    "auth_group": (ADMINISTRATORS, ADMINISTRATORS),
    "django_q_schedule": (ADMINISTRATORS, NOBODY),
    "django_q_success": (ADMINISTRATORS, NOBODY),
    "django_q_failure": (ADMINISTRATORS, NOBODY),
    "django_q_ormq": (ADMINISTRATORS, NOBODY),
}
LOOKS, CHANGES = ("changelist", "change", "history"), ("add", "delete")
PAGES: dict[str, tuple[str, ...]] = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "set_language": EVERYBODY,
    "login": EVERYBODY,
    "logout": EVERYBODY,
    "jsi18n": VIEWERS,
    "index": VIEWERS,
    "app_list": VIEWERS,
    "password_change": VIEWERS,
    "password_change_done": VIEWERS,
    "view_on_site": VIEWERS,
    "autocomplete": VIEWERS,
    "auth_user_password_change": ADMINISTRATORS,
    "contacts_contact_company": VIEWERS,
    "contacts_contact_columns": VIEWERS,
    "contacts_contact_value": VIEWERS,
    "companies_company_value": VIEWERS,
    "contacts_contact_restore": MARKETERS,
    "companies_company_restore": MARKETERS,
    "companies_company_columns": VIEWERS,
    "contacts_contact_export": MARKETERS,
    "companies_company_export": MARKETERS,
    "lists_list_add_members": MARKETERS,
    "lists_list_edit": MARKETERS,
    "lists_list_filters": MARKETERS,
    "lists_list_preview": MARKETERS,
    "lists_list_preview_count": MARKETERS,
    "lists_list_count": VIEWERS,
    "lists_list_of": VIEWERS,
    "lists_list_put_on": MARKETERS,
    "lists_list_static": MARKETERS,
    "lists_list_copy": MARKETERS,
    "lists_list_archive": MARKETERS,
    "lists_list_restore": MARKETERS,
    "lists_list_export": MARKETERS,
    "lists_export": MARKETERS,
    "lists_export_cancel": MARKETERS,
    "lists_export_download": MARKETERS,
    "integrations_salesforceconnection_changelist": VIEWERS,
    "integrations_salesforceconnection_connect": ADMINISTRATORS,
    "integrations_salesforceconnection_callback": ADMINISTRATORS,
    "integrations_salesforceconnection_again": ADMINISTRATORS,
    "integrations_salesforceconnection_disconnect": ADMINISTRATORS,
    "properties_property_contacts": ADMINISTRATORS,
    "properties_property_companies": ADMINISTRATORS,
    "properties_property_add": ADMINISTRATORS,
    "properties_property_change": ADMINISTRATORS,
    "properties_property_type": ADMINISTRATORS,
    "properties_property_archive": ADMINISTRATORS,
    "properties_property_restore": ADMINISTRATORS,
    "properties_property_move": ADMINISTRATORS,
    "integrations_problem_changelist": VIEWERS,
    "integrations_importrun_changelist": VIEWERS,
    "integrations_importrun_start": MARKETERS,
    "integrations_importrun_file": MARKETERS,
    "integrations_importrun_columns": MARKETERS,
    "integrations_importrun_preview": MARKETERS,
    "integrations_importrun_records": ADMINISTRATORS,
    "integrations_importrun_confirm": ADMINISTRATORS,
    "integrations_importrun_change": VIEWERS,
    "integrations_importrun_progress": VIEWERS,
    "integrations_importrun_problems": VIEWERS,
    "integrations_importrun_problems_csv": MARKETERS,
    "integrations_importrun_cancel": ADMINISTRATORS,
    "integrations_importrun_undo": ADMINISTRATORS,
    "integrations_importrun_resume": ADMINISTRATORS,
    "integrations_importrun_retry": ADMINISTRATORS,
    "integrations_syncsettings_changelist": ADMINISTRATORS,
    "integrations_fieldmapping_contacts": ADMINISTRATORS,
    "integrations_fieldmapping_companies": ADMINISTRATORS,
    "integrations_fieldmapping_add": ADMINISTRATORS,
    "integrations_fieldmapping_check": ADMINISTRATORS,
    "integrations_fieldmapping_refresh": ADMINISTRATORS,
    "integrations_fieldmapping_seen": ADMINISTRATORS,
    "integrations_fieldmapping_export": ADMINISTRATORS,
    "integrations_fieldmapping_would_write": ADMINISTRATORS,
    "integrations_fieldmapping_import": ADMINISTRATORS,
    "integrations_fieldmapping_edit": ADMINISTRATORS,
    "integrations_fieldmapping_remove": ADMINISTRATORS,
    "integrations_fieldmapping_backfill": ADMINISTRATORS,
    "integrations_apiusage_changelist": ADMINISTRATORS,
    **{f"{name}_{page}": seen for name, (seen, _changed) in RECORDS.items() for page in LOOKS},
    **{f"{name}_{page}": changed for name, (_seen, changed) in RECORDS.items() for page in CHANGES},
}
POSTED = (
    "contacts_contact_columns",
    "companies_company_columns",
    "contacts_contact_restore",
    "companies_company_restore",
    "integrations_fieldmapping_check",
    "integrations_fieldmapping_refresh",
    "integrations_fieldmapping_seen",
    "properties_property_restore",
    "properties_property_move",
    "set_language",
    "logout",
    "lists_list_add_members",
    "lists_list_put_on",
    "lists_list_filters",
    "lists_list_preview",
    "lists_list_preview_count",
    "lists_list_copy",
    "lists_list_archive",
    "lists_list_restore",
    "lists_list_export",
    "lists_export_cancel",
    "integrations_salesforceconnection_again",
    "integrations_importrun_cancel",
    "integrations_importrun_resume",
    "integrations_importrun_retry",
)


@pytest.fixture
def address(db: None) -> Callable[[str], str]:
    """address("contacts_contact_change") is the page of a record that is here."""
    company = Company.objects.create(name="Acme")
    records: dict[str, Any] = {
        "contacts_contact": Contact.objects.create(last_name="Diaz", company=company),
        "companies_company": company,
        "lists_list": (spring := List.objects.create(name="Spring")),
        "lists_export": ListExport.objects.create(list=spring, format="csv", expected=1, state="finished"),
        "auth_user": User.objects.create_user("kim", is_staff=True),
        "auth_group": Group.objects.create(name="Guests"),
        "django_q_schedule": Schedule.objects.create(func="math.hypot"),
        "django_q_success": task(Success, success=True),
        "django_q_failure": task(Failure, success=False),
        "django_q_ormq": queued(),
        "properties_property": Property.objects.create(kind="contact", name="vip", label="VIP", type="text"),
        "integrations_importrun": make_run(make_org()),
    }

    def address(name: str) -> str:
        owner = next((key for key in records if name.startswith(key)), "")
        number = records[owner].pk if owner else 1
        options: dict[str, list[Any]] = {
            "app_list": ["contacts"],
            "view_on_site": [ContentType.objects.get_for_model(Contact).pk, 1],
        }
        if name in ("lists_list_of", "lists_list_put_on"):
            args: list[Any] = ["contact", records["contacts_contact"].pk]
        elif "<str:kind>" in routes()[name]:
            args = ["contact"]
        elif name.startswith("lists_"):
            args = [number] if "<" in routes()[name] else []
        elif name.endswith("_export"):
            args = ["csv"]
        elif name in options:
            args = options[name]
        elif (
            name.endswith(("_changelist", "_add", "_start", "_records", "_confirm"))
            or name in ("integrations_fieldmapping_contacts", "integrations_fieldmapping_companies")
            or "_" not in name
        ):
            args = []
        elif name.endswith("_value"):
            args = [number, "city"]
        elif name.endswith("contact_restore") or name.endswith("company_restore"):
            args = [number, 1]
        else:
            args = [number] if "<" in routes()[name] else []
        found = reverse(f"admin:{name}" if name not in OUTSIDE else name, args=args)
        extra = "?app_label=contacts&model_name=contact&field_name=company&term=a"
        return found + (extra if name == "autocomplete" else "")

    return address


OUTSIDE = ("healthz", "readyz", "set_language")


def task(model: type[Any], *, success: bool) -> Any:
    now = timezone.now()
    return model.objects.create(
        id=f"{success}", name="sum", func="math.hypot", started=now, stopped=now, success=success
    )


def queued() -> OrmQ:
    async_task("math.hypot", 3, 4)
    return OrmQ.objects.latest("pk")


def routes() -> dict[str, str]:
    """Name → pattern of every address."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, before + str(pattern.pattern))
        elif pattern.name:
            yield pattern.name, before + str(pattern.pattern)


def visitor(role: str) -> Client:
    client = Client()
    if role:
        user = User.objects.create_user(role.lower(), is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
    return client


def test_the_table_names_every_address():
    assert set(PAGES) == set(routes())


@pytest.mark.parametrize("role", ["", *PEOPLE], ids=["anonymous", *PEOPLE])
def test_each_role_opens_what_the_table_says_and_nothing_else(address, role):
    client, wrong = visitor(role), []
    for name, allowed in sorted(PAGES.items()):
        if role and name in ("logout", "login"):
            continue
        ask = client.post if name in POSTED else client.get
        response = ask(address(name))
        is_sent_to_log_in = response.headers.get("Location", "").startswith("/login/")
        is_open = response.status_code != 403 and not is_sent_to_log_in
        if is_open is not (role in allowed):
            wrong.append((name, response.status_code, response.headers.get("Location")))
    assert wrong == []
