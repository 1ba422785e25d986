"""`/limits` and `/limits/recordCount`."""

from integrations.sandbox.messages import Response
from integrations.sandbox.routes import Call, api

OTHER_LIMITS = {
    "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyDurableStreamingApiEvents": 200_000,
    "DailyStreamingApiEvents": 200_000,
    "DailyWorkflowEmails": 390,
    "DataStorageMB": 1_073,
    "FileStorageMB": 1_073,
    "HourlyODataCallout": 20_000,
    "MassEmail": 10,
    "SingleEmail": 15,
}


@api("GET", "/limits")
def limits(call: Call) -> Response:
    """What the org may still do today."""
    used = {"DailyApiRequests": call.org.usage.calls, "DailyBulkV2QueryJobs": call.org.query_jobs.created}
    maxima = {"DailyApiRequests": call.org.api_limit} | OTHER_LIMITS
    return Response.json(
        {name: {"Max": most, "Remaining": max(most - used.get(name, 0), 0)} for name, most in maxima.items()}
    )


@api("GET", "/limits/recordCount")
def record_count(call: Call) -> Response:
    """How many living records each object has."""
    wanted = [name for name in call.request.query.get("sObjects", "").split(",") if name]
    schema = call.org.schema
    found = [schema.find(name) for name in wanted] if wanted else list(schema.objects.values())
    return Response.json(
        {"sObjects": [{"count": call.org.count(s.name), "name": s.name} for s in found if s is not None]}
    )
