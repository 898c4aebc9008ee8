import time

import pytest
import requests

from haina.wechat.corp import inbox
from haina.wechat.models import SuiteTicket


@pytest.fixture
def started(lib, var):
    sandbox = lib.sandbox.Sandbox(var)
    yield sandbox
    sandbox.daemon.stop()


def test_the_product_is_led_to_the_sandbox(lib, var, started):
    with lib.ports.listen_on(lib.ports.free_port()) as web:
        taken = web.getsockname()[1]

        settings = started.start(taken, {"PATH": "", "SECRET_KEY": "ours"})

        assert settings["HAINA_SANDBOX"] == "1"
        assert settings["WECHAT_API_BASE"] == settings["WECHAT_OPEN_BASE"] == started.url
        assert int(started.url.rpartition(":")[2]) > taken
    assert "手机" in requests.get(started.url, timeout=60).text
    assert lib.sandbox.Sandbox(var).settings == settings


def test_nothing_leads_to_a_sandbox_that_is_off(started):
    assert started.start(1, {"HAINA_SANDBOX": "0"}) == {}
    assert started.daemon.process is None
    assert started.settings == {}


@pytest.mark.django_db(transaction=True)
def test_its_suite_is_told_where_the_product_is(lib, started, live_server, settings):
    for name, value in lib.sandbox.SUITE.items():
        setattr(settings, name, value)
    with lib.ports.listen_on(lib.ports.free_port()) as web:
        started.start(web.getsockname()[1], {"PATH": ""})

    started.tell_address(f"{live_server.url}/")

    for _each in range(300):
        inbox.work()
        if SuiteTicket.objects.exists():
            break
        time.sleep(0.1)
    assert SuiteTicket.objects.get().suite_id == settings.WECOM_SUITE_ID
