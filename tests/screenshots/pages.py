"""The pages that are pictured, by the name of their file."""

from django.contrib.auth.models import User
from django.http import QueryDict
from django.urls import reverse

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List
from integrations.models import FieldMapping, ImportRun, RunState
from integrations.services import files, imports, mapping_edit, plan_text, slices
from integrations.services.connect import require_current
from integrations.services.plans import plan_import

_FILE = (
    "E-mail,First name,Last name,Company,Date of birth,T-shirt\n"
    "yuki.mori@example.jp,結希,森,北海道製作所,1990-02-03,M\n"
    "kim.berg@example.com,Kim,Berg,Acme,03/04/1988,L\n"
    ",Nobody,Known,Acme,,S\n"
    "YUKI.MORI@example.jp,Yuki,Mori,,,\n"
    "lee@example.com,Lee,Ito,Umbrella,1979-12-31,XL\n"
).encode()


def pages() -> dict[str, str]:
    """Name → address, with a record that has something to show on each page of one."""
    contact = Contact.objects.exclude(company=None).exclude(job_title=None).earliest("pk")
    run = ImportRun.objects.filter(record_group="leads-and-contacts").earliest("pk")
    company = Company.objects.get(pk=contact.company_id)
    file = files.upload(name="fair-2026.csv", data=_FILE, by=User.objects.get())
    of_file = files.start(file=files.upload(name="fair-2026.csv", data=_FILE), detach=False)
    slices.run_slice(run_id=of_file.pk)
    waiting, _created = ImportRun.objects.get_or_create(
        connection=require_current(), record_group="leads", state=RunState.QUEUED
    )
    tier = _tier()
    Company.objects.filter(pk=company.pk).update(city="Kyoto")
    plan = plan_import(connection=require_current(), record_group="accounts")
    dry = imports.start(plan=plan, detach=False, is_dry=True)
    slices.run_slice(run_id=dry.pk)
    found = {
        "home": reverse("admin:index"),
        "contacts": reverse("admin:contacts_contact_changelist"),
        "contacts-nothing": reverse("admin:contacts_contact_changelist") + "?q=nobody",
        "contact": reverse("admin:contacts_contact_change", args=[contact.pk]),
        "contact-new": reverse("admin:contacts_contact_add"),
        "contact-company": reverse("admin:contacts_contact_company", args=[contact.pk]),
        "companies": reverse("admin:companies_company_changelist"),
        "company": reverse("admin:companies_company_change", args=[company.pk]),
        "lists": reverse("admin:lists_list_changelist"),
        "list-new": reverse("admin:lists_list_add"),
        "list-active": reverse("admin:lists_list_change", args=[_energy().pk]),
        "list-filters": reverse("admin:lists_list_edit", args=[_energy().pk]),
        "list": reverse("admin:lists_list_change", args=[List.objects.earliest("pk").pk]),
        "integrations": reverse("admin:integrations_salesforceconnection_changelist"),
        "connect": reverse("admin:integrations_salesforceconnection_connect"),
        "connect-failed": reverse("admin:integrations_salesforceconnection_callback"),
        "disconnect": reverse("admin:integrations_salesforceconnection_disconnect"),
        "settings": reverse("admin:integrations_syncsettings_changelist"),
        "contact-mappings": reverse("admin:integrations_fieldmapping_contacts"),
        "company-mappings": reverse("admin:integrations_fieldmapping_companies"),
        "api-usage": reverse("admin:integrations_apiusage_changelist"),
        "imports": reverse("admin:integrations_importrun_changelist"),
        "import-how": reverse("admin:integrations_importrun_start"),
        "import-file": reverse("admin:integrations_importrun_file"),
        "import-columns": reverse("admin:integrations_importrun_columns", args=[file.pk]),
        "import-preview": reverse("admin:integrations_importrun_preview", args=[file.pk]),
        "import-file-status": reverse("admin:integrations_importrun_change", args=[of_file.pk]),
        "import-records": reverse("admin:integrations_importrun_records"),
        "import-confirm": _confirm(),
        "import-status": reverse("admin:integrations_importrun_change", args=[run.pk]),
        "import-cancel": reverse("admin:integrations_importrun_cancel", args=[waiting.pk]),
        "import-problems": reverse("admin:integrations_importrun_problems", args=[run.pk]),
        "problems": reverse("admin:integrations_problem_changelist"),
        "properties": reverse("admin:properties_property_companies"),
        "property-new": reverse("admin:properties_property_add", args=["company"]),
        "property-type": reverse("admin:properties_property_type", args=[tier.property_id]),
        "property-archive": reverse("admin:properties_property_archive", args=[tier.property_id]),
        "mapping-new": reverse("admin:integrations_fieldmapping_add", args=["company"]),
        "mapping-edit": reverse("admin:integrations_fieldmapping_edit", args=[tier.pk]),
        "back-fill": reverse("admin:integrations_fieldmapping_backfill", args=[tier.pk]),
        "value": reverse("admin:companies_company_value", args=[company.pk, "city"]),
        "undo": reverse("admin:integrations_importrun_undo", args=[run.pk]),
        "dry-run": reverse("admin:integrations_importrun_change", args=[dry.pk]),
        "users": reverse("admin:auth_user_changelist"),
        "jobs": reverse("admin:django_q_schedule_changelist"),
    }
    return found


def _tier() -> FieldMapping:
    """A custom field of accounts, mapped to a property of its own."""
    fields = {"account_field": "Tier__c"}
    target = mapping_edit.create_property(connection=require_current(), kind="company", fields=fields)
    return mapping_edit.add(connection=require_current(), target=target, fields=fields, rule="prefer")


def _confirm() -> str:
    """The last step of the import dialog, with counts from the org."""
    plan = plan_import(connection=require_current(), record_group="leads-and-contacts")
    query = QueryDict(mutable=True)
    query["plan"] = plan_text.write(plan)
    return f"{reverse('admin:integrations_importrun_confirm')}?{query.urlencode()}"


def _energy() -> List:
    """The list of the article, as far as the demo has such people."""
    filters = {
        "groups": [
            [
                {
                    "about": "company",
                    "property": "industry",
                    "operator": "any_of",
                    "values": ["Energy", "Banking"],
                },
                {"about": "contact", "property": "country", "operator": "is", "values": ["Japan", "Germany"]},
                {"about": "contact", "property": "job_title", "operator": "unknown"},
            ],
            [{"about": "company", "property": "number_of_employees", "operator": "gt", "values": ["5000"]}],
        ]
    }
    found, _created = List.objects.get_or_create(
        name="Energy and banking, Japan and Germany",
        defaults={"type": "active", "filters": filters, "folder": "Spring"},
    )
    return found
