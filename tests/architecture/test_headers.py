"""Every answer carries the headers that keep a browser safe, and so do cookies."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.architecture.sources import ROOT

TELL_COOKIES = """
import json
import django
from django.conf import settings
from django.test import Client
django.setup()
client = Client(headers={"host": "127.0.0.1"})
client.get("/sign-in/", secure=True)
client.post("/sign-in/language/", {"language": "en"}, secure=True)
names = ("NAME", "SECURE", "HTTPONLY", "SAMESITE")
of = lambda kind: [getattr(settings, f"{kind}_COOKIE_{name}") for name in names]
told = [[key, *(each[name] for name in ("secure", "httponly", "samesite"))]
        for key, each in client.cookies.items()]
print(json.dumps([of("SESSION"), *told]))
"""
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
PAGES = [
    ("/", 302),
    ("/sign-in/", 200),
    ("/healthz", 200),
    ("/no-such-account/", 302),
    ("/no/such/page", 404),
    ("/sign-out/", 405),
    ("/sign-in/?next=%00", 400),
    ("/ops/", 302),
    ("/m/fengniao/", 404),
    ("/m/fengniao/oauth/", 404),
    ("/wechat/no-such-door/", 404),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), PAGES)
def test_everywhere(client, path, status):
    response = client.get(path)

    assert response.status_code == status
    assert_safe(response)


def assert_safe(response):
    headers = response.headers
    assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


def test_in_the_console(sign_in, creator, newcomer, community):
    for who, path, status in (
        (creator, "/fengniao/communities/", 200),
        (creator, "/fengniao/communities/999999/tree/", 404),
        (newcomer, "/fengniao/communities/", 403),
        (newcomer, "/fengniao/", 200),
    ):
        response = sign_in(who).get(path)
        assert response.status_code == status
        assert_safe(response)


def test_at_ops(sign_in, ops):
    assert_safe(sign_in(ops).get("/ops/"))


@pytest.mark.django_db
def test_a_refused_token():
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {})

    assert response.status_code == 403
    assert_safe(response)


@pytest.mark.django_db
def test_a_refused_host(client):
    response = client.get("/sign-in/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert_safe(response)


@pytest.mark.django_db
def test_a_fault_says_nothing(sign_in, creator, settings):
    client = sign_in(creator)
    client.raise_request_exception = False
    settings.SESSION_IDLE_SECONDS = None  # any fault will do

    response = client.get("/fengniao/")

    assert response.status_code == 500
    assert "Traceback" not in response.content.decode()
    assert "TypeError" not in response.content.decode()
    assert_safe(response)


@pytest.mark.django_db
def test_over_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True

    redirected = Client().get("/sign-in/")
    secure = Client().get("/sign-in/", secure=True)

    assert (redirected.status_code, redirected.headers["Location"]) == (
        301,
        "https://testserver/sign-in/",
    )
    assert_safe_redirect(redirected)
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def assert_safe_redirect(response):
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_cookies_over_https():
    """As an installation sets them: in a process of its own, for tests are without HTTPS."""
    command = [sys.executable, "-c", TELL_COOKIES]
    env = os.environ | {"HAINA_HTTPS": "1"}
    answer = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, check=True)

    cookies = json.loads(answer.stdout)

    assert {name for name, *_rest in cookies} >= {"__Host-haina-session", "__Host-haina-csrf"}
    for name, *rest in cookies:
        assert name.startswith("__Host-")
        assert rest == [True, True, "Lax"], name


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/healthz", "/fengniao/", "/ops/"])
def test_trace_repeats_nothing(client, path):
    response = client.generic("TRACE", path, headers={"X-Secret": "kanarienvogel"})

    assert response.status_code in {302, 405}
    assert "kanarienvogel" not in response.content.decode()
