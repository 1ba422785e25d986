"""The pages that are pictured, by the name of their file."""

from django.http import QueryDict
from django.urls import reverse

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List
from integrations.models import ImportRun
from integrations.services import plan_text
from integrations.services.connect import require_current
from integrations.services.plans import plan_import


def pages() -> dict[str, str]:
    """Name → address, with a record that has something to show on each page of one."""
    contact = Contact.objects.exclude(company=None).exclude(job_title=None).earliest("pk")
    run = ImportRun.objects.filter(record_group="leads-and-contacts").earliest("pk")
    company = Company.objects.get(pk=contact.company_id)
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
        "import-records": reverse("admin:integrations_importrun_records"),
        "import-confirm": _confirm(),
        "import-status": reverse("admin:integrations_importrun_change", args=[run.pk]),
        "import-problems": reverse("admin:integrations_importrun_problems", args=[run.pk]),
        "problems": reverse("admin:integrations_problem_changelist"),
        "users": reverse("admin:auth_user_changelist"),
        "jobs": reverse("admin:django_q_schedule_changelist"),
    }
    return found


def _confirm() -> str:
    """The last step of the import dialog, with counts from the org."""
    plan = plan_import(connection=require_current(), record_group="leads-and-contacts")
    query = QueryDict(mutable=True)
    query["plan"] = plan_text.write(plan)
    return f"{reverse('admin:integrations_importrun_confirm')}?{query.urlencode()}"
