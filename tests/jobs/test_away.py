"""A Redis that is away costs an act one short wait, whoever in it rings or asks."""

import pytest
from kombu.exceptions import OperationalError
from kombu.utils import functional

from followers.bells import DELIVER
from haina.celery import app
from haina.jobs import bells
from haina.lib.patience import is_left_alone
from haina.wechat.shared import shared
from tests.jobs.processes import free_port, mute


@pytest.fixture
def redis_is_away(monkeypatch, settings):
    port = free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    monkeypatch.setattr(app.conf, "broker_url", settings.REDIS_URL)
    return port


def test_whoever_meets_it_spares_everybody_else(redis_is_away, caplog):
    with mute(redis_is_away):
        for account in range(100):
            bells.tell(DELIVER, account)
        shared().put("key", "value", seconds=60)

    assert is_left_alone()
    assert shared().get("key") == "value"
    assert caplog.text.count("Redis was not told of followers.tasks.deliver") == 1
    assert "tokens are not shared" not in caplog.text


def test_a_worker_tries_again_every_five_seconds_at_least(redis_is_away, monkeypatch):
    monkeypatch.setattr(functional, "sleep", lambda seconds: None)
    waits = []
    broker = app.connection_for_read()

    with pytest.raises(OperationalError):
        broker.ensure_connection(lambda error, wait: waits.append(wait), max_retries=6)

    assert waits[-1] == max(waits) == 5
