"""Figures of the rows: each takes the clock and tells values by their labels, in a constant number
of queries however many rows there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, FloatField, Min, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from haina.health.models import Pulse
from haina.jobs.models import Job
from haina.sms.models import Message
from haina.wechat.models import Call
from reminders.models import Reminder
from residents.models import Import, Notice
from staff.models import StaffImport

LATELY = timedelta(hours=1)
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)

Values = list[tuple[tuple, float]]


@dataclass(frozen=True)
class Figure:
    name: str
    about: str
    labels: tuple[str, ...]
    values: Callable[[datetime], Values]


def numbers(rows, *labels: str) -> Values:
    """How many rows there are of each combination."""
    found = rows.order_by().values_list(*labels).annotate(Count("pk"))
    return [(tuple(told), number) for *told, number in found]


def ages_of_jobs(now: datetime) -> Values:
    unfinished = Job.objects.filter(state__in=UNFINISHED).order_by()
    found = unfinished.values_list("kind", "state").annotate(Min("created_at"))
    return [((kind, state), (now - oldest).total_seconds()) for kind, state, oldest in found]


def import_speeds(now: datetime) -> Values:
    return [((model.KIND,), speed_of(model, now)) for model in (Import, StaffImport)]


def speed_of(model, now: datetime) -> float:
    """Rows a second of the imports that were applied lately, from their job's start to its end."""
    applied = model.objects.filter(state=model.State.APPLIED, job__ended_at__gt=now - LATELY)
    told = applied.aggregate(
        rows=Sum(Cast(KT("counts__rows"), FloatField())),
        time=Sum(F("job__ended_at") - F("job__started_at")),
    )
    return told["rows"] / told["time"].total_seconds() if told["rows"] and told["time"] else 0


def calls(now: datetime) -> Values:
    return numbers(Call.objects.filter(at__gt=now - LATELY), "errcode")


def pulses(now: datetime) -> Values:
    found = Pulse.objects.values_list("queue", "at")
    return [((queue,), (now - at).total_seconds()) for queue, at in found]


FIGURES = (
    Figure(
        "haina_jobs",
        "Jobs that are kept, by state",
        ("kind", "state"),
        lambda now: numbers(Job.objects, "kind", "state"),
    ),
    Figure(
        "haina_jobs_oldest_seconds",
        "Age of the oldest job that is not over",
        ("kind", "state"),
        ages_of_jobs,
    ),
    Figure(
        "haina_import_rows_per_second",
        "Speed of the imports of the last hour",
        ("kind",),
        import_speeds,
    ),
    Figure(
        "haina_wechat_calls",
        "Calls to WeChat and WeCom in the last hour; None: no answer",
        ("errcode",),
        calls,
    ),
    Figure(
        "haina_reminders",
        "Reminders to administrators that are kept",
        ("channel", "state"),
        lambda now: numbers(Reminder.objects, "channel", "state"),
    ),
    Figure(
        "haina_notices",
        "Notices to residents that are kept",
        ("channel", "state"),
        lambda now: numbers(Notice.objects, "channel", "state"),
    ),
    Figure(
        "haina_sms",
        "SMS that are kept",
        ("purpose", "state"),
        lambda now: numbers(Message.objects, "purpose", "state"),
    ),
    Figure(
        "haina_pulse_seconds",
        "Time since a worker took a task from the queue",
        ("queue",),
        pulses,
    ),
)
