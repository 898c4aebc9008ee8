"""Bells are rung at a Redis that may be away."""

import pytest

from followers.bells import DELIVER
from haina.celery import app
from haina.jobs import bells
from tests.jobs.processes import free_port


@pytest.fixture
def redis_is_away(monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(bells.silence, "until", 0.0)


def test_it_is_asked_once_however_often_an_act_rings(redis_is_away, caplog):
    for account in range(100):
        bells.tell(DELIVER, account)

    assert caplog.text.count("Redis was not told of followers.tasks.deliver") == 1
