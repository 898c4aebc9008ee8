"""The Celery app and the table of what beat starts. Redis is the doorbell, never the truth."""

import os

from celery import Celery
from celery.app.amqp import AMQP
from celery.schedules import crontab
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haina.settings")

MOST_SECONDS = 5  # between two tries to reach Redis; Celery has no setting for it


class Insistent(Connection):
    """Left to itself a worker that has lost Redis waits longer each time, 30 seconds in the end."""

    def ensure_connection(self, *args, **kwargs):
        return super().ensure_connection(*args, interval_max=MOST_SECONDS, **kwargs)


class Messages(AMQP):
    Connection = Insistent


app = Celery("haina", amqp=Messages)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "feel the pulse of light workers": {
        "task": "haina.health.tasks.feel_pulse",
        "schedule": 15.0,
        "args": ["celery"],
        "options": {"queue": "celery"},
    },
    "feel the pulse of heavy workers": {
        "task": "haina.health.tasks.feel_pulse",
        "schedule": 15.0,
        "args": ["heavy"],
        "options": {"queue": "heavy"},
    },
    "find waiting jobs": {"task": "haina.jobs.tasks.sweep", "schedule": 5.0},
    "find waiting callbacks": {"task": "haina.wechat.tasks.sweep", "schedule": 5.0},
    "forget what is over": {"task": "haina.accounts.tasks.forget", "schedule": 3600.0},
    "forget old callbacks and calls": {"task": "haina.wechat.tasks.forget", "schedule": 3600.0},
    "forget old codes and SMS": {"task": "haina.sms.tasks.forget", "schedule": 3600.0},
    "forget the oldest of the trail": {"task": "haina.trail.tasks.forget", "schedule": 3600.0},
    "empty the recycle bins": {
        "task": "residents.tasks.empty_bins",
        "schedule": crontab(hour=3, minute=20),
    },
    "end leases": {"task": "residents.tasks.end_leases", "schedule": crontab(minute=1)},
    "forget old applications": {
        "task": "residents.tasks.forget_applications",
        "schedule": crontab(minute=31),
    },
    "drop old plans of imports": {"task": "residents.tasks.drop_old_plans", "schedule": 3600.0},
    "drop old plans of staff": {"task": "staff.tasks.drop_old_plans", "schedule": 3600.0},
    "remove jobs that are over": {
        "task": "haina.jobs.tasks.remove_old_jobs",
        "schedule": crontab(hour=3, minute=40),
    },
    "bring followers and WeChat together": {"task": "followers.tasks.sweep", "schedule": 60.0},
    "send messages that wait": {"task": "followers.tasks.deliver_waiting", "schedule": 20.0},
    "remind once more": {"task": "reminders.tasks.escalate", "schedule": 300.0},
    "see whether settings were mended": {"task": "reminders.tasks.end_mended", "schedule": 60.0},
    "forget old reminders": {"task": "reminders.tasks.forget", "schedule": 3600.0},
    "read all followers anew": {
        "task": "followers.tasks.reconcile",
        "schedule": crontab(hour=4, minute=10),
    },
    "bring staff and WeCom together": {"task": "staff.tasks.sweep", "schedule": 60.0},
    "read all of WeCom anew": {
        "task": "staff.tasks.reconcile",
        "schedule": crontab(hour=4, minute=30),
    },
    "remove files that are over": {"task": "haina.jobs.tasks.remove_old_files", "schedule": 3600.0},
}
