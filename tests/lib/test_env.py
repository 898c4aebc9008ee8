"""One bad or missing setting is one clear line, in every program that reads the settings."""

import base64
import os
import subprocess
import sys

import pytest

from haina import env
from tests.architecture.sources import ROOT

NO_BASES = [
    "http://api.weixin.qq.com",
    "api.weixin.qq.com",
    "https:///",
    "https://:443",
    "https://u:p@api.weixin.qq.com",
    "https://api.weixin.qq.com/cgi-bin",
    "https://api.weixin.qq.com?a=b",
    "https://api.weixin.qq.com#a",
]
SHORT = base64.urlsafe_b64encode(b"only 16 bytes...").decode()


@pytest.fixture
def setting(monkeypatch):
    def set_to(value: str) -> str:
        monkeypatch.setenv("HAINA_TEST", value)
        return "HAINA_TEST"

    return set_to


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (env.env_str, ""),
        (env.env_str, "  "),
        (lambda name: env.env_int(name, 1, least=1), "0"),
        (lambda name: env.env_int(name, 1), "1.5"),
        (lambda name: env.env_int(name, 1), "１"),
        (lambda name: env.env_bool(name, default=True), "maybe"),
        (lambda name: env.env_choice(name, "a", among=("a", "b")), "c"),
        (env.env_secret, "short"),
        (env.env_keys, ""),
        (env.env_keys, ","),
        (env.env_keys, SHORT),
        (env.env_keys, "钥" * 43),
        (env.env_origins, "haina.example"),
        (env.env_database, "mysql://h/d"),
        (env.env_database, "postgresql://u@h:5432"),
        (env.env_database, "postgresql://u:p@h:port/d"),
        (env.env_database, "postgresql://[u@h/d"),
        (env.env_redis, "http://h"),
        *((lambda name: env.env_base(name, "", plain=False), value) for value in NO_BASES),
        (lambda name: env.env_base(name, "", plain=True), "ftp://api.weixin.qq.com"),
        (env.env_redis, "redis://h:99999/0"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(setting, capsys, read, value):
    with pytest.raises(SystemExit) as ended:
        read(setting(value))

    assert ended.value.code == env.GIVE_UP
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("haina: setting HAINA_TEST ")
    assert not value.strip() or value == "," or value not in line  # it may be a secret


@pytest.mark.parametrize("value", ["1", "true", "YES", "On"])
def test_true(setting, value):
    assert env.env_bool(setting(value), default=False) is True


def test_an_empty_setting_is_the_default(setting):
    name = setting(" ")

    assert env.env_int(name, 7) == 7
    assert env.env_list(name, "a, b") == ["a", "b"]
    assert env.env_bool(name, default=True) is True


def test_a_socket_directory_is_an_address(setting):
    read = env.env_database(setting("postgresql://postgres:@/haina?host=/run/postgresql"))

    assert read["NAME"] == "haina"
    assert read["ENGINE"] == "django.db.backends.postgresql"


def test_a_database_is_not_waited_for_longer_than_its_address_says(setting):
    address = "postgresql://haina:secret@db.internal/haina"

    assert env.env_database(setting(address))["OPTIONS"]["connect_timeout"] == 5
    own = env.env_database(setting(f"{address}?connect_timeout=9"))
    assert own["OPTIONS"]["connect_timeout"] == 9


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "gunicorn", "haina.wsgi", "--bind=127.0.0.1:0", "--no-control-socket"],
        ["-m", "celery", "-A", "haina", "worker"],
        ["-m", "celery", "-A", "haina", "beat", "--schedule=/dev/null"],
    ],
    ids=["manage.py", "gunicorn", "worker", "beat"],
)
@pytest.mark.parametrize("value", ["", "redis://h:port/0"])
def test_every_program_ends_with_one_line(command, value):
    environment = os.environ | {"REDIS_URL": value, "DJANGO_SETTINGS_MODULE": "haina.settings"}

    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    told = [line for line in ended.stderr.splitlines() if "haina: setting REDIS_URL" in line]
    assert ended.returncode == env.GIVE_UP
    assert len(told) == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("value", ["https://api.weixin.qq.com", "https://api.weixin.qq.com/"])
def test_a_base_ends_without_a_slash(setting, value):
    assert env.env_base(setting(value), "", plain=False) == "https://api.weixin.qq.com"


def test_only_the_sandbox_does_without_tls(setting):
    name = setting("http://127.0.0.1:8001")

    assert env.env_base(name, "", plain=True) == "http://127.0.0.1:8001"
    with pytest.raises(SystemExit):
        env.env_base(name, "", plain=False)
