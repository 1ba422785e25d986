"""`/jobs/ingest`: Bulk API 2.0 writes."""

from integrations.sandbox.errors import ApiError
from integrations.sandbox.messages import Response
from integrations.sandbox.resources.bodies import json_object
from integrations.sandbox.routes import Call, api

CSV = "text/csv"


@api("POST", "/jobs/ingest")
def create(call: Call) -> Response:
    """Opens an ingest job."""
    job = call.org.ingest_jobs.create(json_object(call.request), version=call.version)
    return Response.json(job.info(base=call.base))


@api("GET", "/jobs/ingest")
def list_jobs(call: Call) -> Response:
    """All ingest jobs."""
    jobs = [job.info(base=call.base) for job in call.org.ingest_jobs.all()]
    return Response.json({"done": True, "records": jobs, "nextRecordsUrl": None})


@api("GET", "/jobs/ingest/{job_id}")
def show(call: Call, job_id: str) -> Response:
    """How far a job is."""
    return Response.json(call.org.ingest_jobs.find(job_id).info(base=call.base))


@api("PUT", "/jobs/ingest/{job_id}/batches")
def upload(call: Call, job_id: str) -> Response:
    """Takes the CSV file."""
    call.org.ingest_jobs.upload(call.org.ingest_jobs.find(job_id), call.request.body)
    return Response.empty(201)


@api("PATCH", "/jobs/ingest/{job_id}")
def change(call: Call, job_id: str) -> Response:
    """Closes a job, which starts its work, or aborts it."""
    jobs = call.org.ingest_jobs
    job, state = jobs.find(job_id), json_object(call.request).get("state")
    if state not in ("UploadComplete", "Aborted"):
        raise ApiError(400, "INVALIDJOB", "State must be UploadComplete or Aborted")
    (jobs.close if state == "UploadComplete" else jobs.abort)(job)
    return Response.json(job.info(base=call.base))


@api("DELETE", "/jobs/ingest/{job_id}")
def delete(call: Call, job_id: str) -> Response:
    """Forgets a job and its files."""
    call.org.ingest_jobs.delete(call.org.ingest_jobs.find(job_id))
    return Response.empty()


@api("GET", "/jobs/ingest/{job_id}/successfulResults")
def successful(call: Call, job_id: str) -> Response:
    """The rows that went in."""
    job = call.org.ingest_jobs.find(job_id)
    return Response(200, job.csv("sf__Id", "sf__Created", rows=job.successful), CSV)


@api("GET", "/jobs/ingest/{job_id}/failedResults")
def failed(call: Call, job_id: str) -> Response:
    """The rows that were refused, and why."""
    job = call.org.ingest_jobs.find(job_id)
    return Response(200, job.csv("sf__Id", "sf__Error", rows=job.failed), CSV)


@api("GET", "/jobs/ingest/{job_id}/unprocessedrecords")
def unprocessed(call: Call, job_id: str) -> Response:
    """The rows that nobody looked at."""
    job = call.org.ingest_jobs.find(job_id)
    return Response(200, job.csv(rows=job.unprocessed), CSV)
