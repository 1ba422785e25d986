"""The problems that one import met, as rows of a page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from contacts.models import Contact
from crmbridge.paginators import EstimatingPaginator
from integrations.admin.problems import record_url
from integrations.models import ImportRun, Problem
from integrations.services import problems, progress

PROBLEMS_A_PAGE = 50


def may_view(request: HttpRequest) -> bool:
    """Whether this person may see single problems, which name people and show their values."""
    return request.user.has_perm("integrations.view_problem")


def may_export(request: HttpRequest) -> bool:
    """Whether this person may have them as a file: only those who may export contacts too."""
    contacts: Any = admin.site.get_model_admin(Contact)
    return may_view(request) and contacts.has_export_permission(request)


def context(run: ImportRun, *, code: str | None, page_number: str | None) -> dict[str, Any]:
    """What the page needs: the reasons to choose from, and one page of problems of the chosen one."""
    found = problems.of_run(run=run, code=code)
    page = EstimatingPaginator(found, PROBLEMS_A_PAGE).get_page(page_number)
    return {
        "run": run,
        "groups": progress.problem_groups(run=run),
        "code": code or "",
        "page": page,
        "rows": [_row(problem, run) for problem in page],
    }


def _row(problem: Problem, run: ImportRun) -> dict[str, Any]:
    return {
        "problem": problem,
        "sentence": problems.sentence(problem),
        "remedy": problems.remedy(problem),
        "here": record_url(problem),
        "there": run.org.record_url(problem.salesforce_id) if problem.salesforce_id else "",
    }
