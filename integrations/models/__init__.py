"""The integration's tables."""

from integrations.models.api_usage import ApiUsage
from integrations.models.connection import ConnectionState, SalesforceConnection, SignInFlow
from integrations.models.field_mapping import FieldMapping, SyncRule
from integrations.models.import_event import EventKind, ImportEvent
from integrations.models.import_file import FileMode, ImportFile, ImportFileContent
from integrations.models.import_phase import COUNTED_KINDS, ImportKey, ImportPhase, PhaseKind, PhaseState
from integrations.models.import_run import ACTIVE_STATES, ImportRun, RecordGroup, RunKind, RunState
from integrations.models.problem import Problem, ProblemCategory, ProblemLevel, ProblemOccurrence
from integrations.models.removed_record import RemovedRecord
from integrations.models.salesforce_object import SalesforceObject
from integrations.models.salesforce_record import LinkState, SalesforceRecord
from integrations.models.sync_settings import NoEmailPolicy, SyncSettings
from integrations.models.worker import WorkerHeartbeat

__all__ = [
    "ACTIVE_STATES",
    "COUNTED_KINDS",
    "ApiUsage",
    "ConnectionState",
    "EventKind",
    "FieldMapping",
    "FileMode",
    "ImportEvent",
    "ImportFile",
    "ImportFileContent",
    "ImportKey",
    "ImportPhase",
    "ImportRun",
    "LinkState",
    "NoEmailPolicy",
    "PhaseKind",
    "PhaseState",
    "Problem",
    "ProblemCategory",
    "ProblemLevel",
    "ProblemOccurrence",
    "RecordGroup",
    "RemovedRecord",
    "RunKind",
    "RunState",
    "SalesforceConnection",
    "SalesforceObject",
    "SalesforceRecord",
    "SignInFlow",
    "SyncRule",
    "SyncSettings",
    "WorkerHeartbeat",
]
