"""docs/sandbox.md has one table of all endpoints, and it is right."""

import re
from http import HTTPStatus

import requests
from django.urls import URLPattern

from haina.sandbox import control, endpoints, urls
from haina.sandbox.wecom import control as wecom_control
from haina.sandbox.wecom import endpoints as wecom
from tests.architecture.sources import ROOT

ROW = re.compile(r"^\| `([^`]+)` \| (GET|POST) \|", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/sandbox.md").read_text())
NO_ENDPOINTS = {"static/<path:path>", "wecom/who", ""}  # a file, a question to people, the phone
SMS = "/"


def test_the_table_has_every_endpoint_once():
    single = {str(each.pattern) for each in urls.urlpatterns if isinstance(each, URLPattern)}
    there = [*endpoints.TABLE, *wecom.TABLE, SMS]
    there += [path for path in single - NO_ENDPOINTS if not path.startswith("^")]
    there += [f"sandbox/{each.pattern}" for each in control.urlpatterns]
    there += [f"sandbox/wecom/{each.pattern}" for each in wecom_control.urlpatterns]

    assert sorted(address for address, _method in ROWS) == sorted(there)


def test_the_table_has_the_method_of_each_call():
    methods = {name: each.method for name, each in (endpoints.TABLE | wecom.TABLE).items()}

    assert {name: method for name, method in ROWS if name in methods} == methods


def test_the_table_has_the_method_of_each_control(sandbox):
    answers = {"GET": HTTPStatus.OK, "POST": HTTPStatus.UNSUPPORTED_MEDIA_TYPE}  # no JSON was sent
    controls = [row for row in ROWS if row[0].startswith("sandbox/")]

    told = {
        (address, method): requests.request(method, f"{sandbox.url}/{address}", timeout=30)
        for address, method in controls
    }

    assert {row: reply.status_code for row, reply in told.items()} == {
        row: answers[row[1]] for row in controls
    }
