"""The report of a dry run in the reader's words."""

from typing import Any

from crmbridge.properties.models import Property
from integrations.models import ImportRun, Problem
from integrations.problem_texts import text_of
from integrations.services import problems


def report(run: ImportRun) -> dict[str, Any] | None:
    """Samples of what would be created, updated and left out; None where there is no report of a dry run."""
    if not run.is_dry or not run.report:
        return None
    labels = {(item.kind, item.name): item.display_label for item in Property.objects.all()}
    return {
        "created": run.report["created"],
        "updated": [
            {**item, "label": labels.get((item["kind"], item["property"]), item["property"])}
            for item in run.report["updated"]
        ],
        "problems": [
            {
                "label": text_of(group["code"]).label,
                "count": group["count"],
                "samples": [_told(group["code"], sample) for sample in group["samples"]],
            }
            for group in run.report["problems"]
        ],
    }


def _told(code: str, sample: dict[str, str]) -> dict[str, str]:
    problem = Problem(
        code=code,
        other_id=sample["other"],
        raw_value=sample["value"],
        field=sample["field"],
        property=sample["property"],
    )
    names = ("sobject", "salesforce_id")
    return {name: sample[name] for name in names} | {"sentence": problems.sentence(problem)}
