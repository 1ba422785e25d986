"""What a dry run would have done, in samples; asked inside its transaction, kept after it."""

from typing import Any

from integrations.pipeline.statement import fetch

SAMPLES = 5
EXAMPLES = 20

_CREATED = """SELECT 'contact', concat_ws(' ', c.first_name, c.last_name), c.email
FROM contacts_contact c WHERE c.created_by_import = %(run)s ORDER BY c.id LIMIT %(most)s"""
_CREATED_COMPANIES = """SELECT 'company', c.name, c.domain
FROM companies_company c WHERE c.created_by_import = %(run)s ORDER BY c.id LIMIT %(most)s"""
_UPDATED = """SELECT DISTINCT ON (h.kind, h.property) h.kind, h.record_id, h.property, h.old, h.new,
       COALESCE(NULLIF(concat_ws(' ', c.first_name, c.last_name), ''), c.email, o.name)
FROM properties_propertychange h
LEFT JOIN contacts_contact c ON h.kind = 'contact' AND c.id = h.record_id
LEFT JOIN companies_company o ON h.kind = 'company' AND o.id = h.record_id
WHERE h.source = 'import' AND h.source_id = %(run)s AND h.at >= transaction_timestamp()
ORDER BY h.kind, h.property, h.id LIMIT %(examples)s"""
_PROBLEMS = """WITH met AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.code ORDER BY p.id) AS place,
           count(*) OVER (PARTITION BY p.code) AS total
    FROM integrations_problemoccurrence o JOIN integrations_problem p ON p.id = o.problem_id
    WHERE o.run_id = %(run)s)
SELECT code, level, total, sobject, salesforce_id, other_id, field, property, raw_value
FROM met WHERE place <= %(most)s ORDER BY total DESC, code, place"""


def of_run(run_id: int) -> dict[str, Any]:
    """Samples of what was created, updated and not taken in: {"created", "updated", "problems"}."""
    values = {"run": run_id, "most": SAMPLES, "examples": EXAMPLES}
    created = fetch(_CREATED, values) + fetch(_CREATED_COMPANIES, values)
    problems: dict[str, dict[str, Any]] = {}
    for code, level, total, *sample in fetch(_PROBLEMS, values):
        group = problems.setdefault(code, {"code": code, "level": level, "count": total, "samples": []})
        names = ("sobject", "salesforce_id", "other", "field", "property", "value")
        group["samples"].append(dict(zip(names, (part or "" for part in sample), strict=True)))
    return {
        "created": [dict(zip(("kind", "name", "key"), row, strict=True)) for row in created],
        "updated": [
            dict(zip(("kind", "id", "property", "old", "new", "name"), row, strict=True))
            for row in fetch(_UPDATED, values)
        ],
        "problems": list(problems.values()),
    }
