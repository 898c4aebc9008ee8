from haina.jobs.models.files import StoredFile, random_name
from haina.jobs.models.jobs import (
    BROKE,
    GAVE_UP,
    NO_LONGER_ALLOWED,
    Job,
    JobCancelled,
    JobRefused,
    LeaseLost,
    lease,
)

__all__ = [
    "BROKE",
    "GAVE_UP",
    "NO_LONGER_ALLOWED",
    "Job",
    "JobCancelled",
    "JobRefused",
    "LeaseLost",
    "StoredFile",
    "lease",
    "random_name",
]
