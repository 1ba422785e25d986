"""The problems that one import met, as rows of a page."""

from typing import Any

from crmbridge.paginators import EstimatingPaginator
from integrations.admin.problems import record_url
from integrations.models import ImportRun, Problem
from integrations.services import problems, progress

PROBLEMS_A_PAGE = 50


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
        "there": run.connection.record_url(problem.salesforce_id) if problem.salesforce_id else "",
    }
