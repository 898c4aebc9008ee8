"""Reports of faults to Sentry, where SENTRY_DSN is set, without anything of a person.

What logs as an error is reported; nothing else looks at requests or queries. Of each report only
what is listed here is sent, whatever the SDK has put into it: places in the code, types, the
constraint that was hit, what was going to be said without the values in it, the id of the request.
"""

import logging

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.utils import BadDsn

from haina.env import refuse
from haina.lib.logs import causes, constraint_of, current_request_id

OF_EVENT = ("event_id", "timestamp", "platform", "level", "logger", "environment")
OF_FRAME = ("filename", "function", "module", "lineno", "in_app")


def begin(dsn: str) -> None:
    try:
        sentry_sdk.init(
            dsn,
            before_send=without_values,
            integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            release="",  # else it asks git
            send_client_reports=False,
            send_default_pii=False,
        )
    except BadDsn:
        refuse("SENTRY_DSN", "is not a DSN that can be read")


def without_values(event: dict, hint: dict) -> dict:
    """A new event of what is known to hold nothing of anybody."""
    error = (hint.get("exc_info") or (None, None))[1]
    constraints = [name for each in causes(error) if (name := constraint_of(each))]
    told = {name: event[name] for name in OF_EVENT if name in event}
    told["tags"] = {"request_id": current_request_id(), "constraint": ", ".join(constraints)}
    told["logentry"] = {"message": event.get("logentry", {}).get("message", "")}
    raised = event.get("exception", {}).get("values", [])
    told["exception"] = {"values": [of_exception(each) for each in raised]}
    return told


def of_exception(raised: dict) -> dict:
    frames = (raised.get("stacktrace") or {}).get("frames", [])
    kept = [{name: frame[name] for name in OF_FRAME if name in frame} for frame in frames]
    return {"type": raised.get("type"), "value": "", "stacktrace": {"frames": kept}}
