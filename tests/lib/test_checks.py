import pytest
from django.core.checks import run_checks


def found() -> set[str]:
    problems = run_checks(include_deployment_checks=True)
    return {problem.id for problem in problems if problem.id.startswith("haina")}


@pytest.fixture(autouse=True)
def production(settings):
    settings.ALLOWED_HOSTS = ["haina.example"]
    settings.HAINA_BASE_URL = "https://haina.example"


def test_nothing_to_complain_about():
    assert found() == set()


def test_guards_must_be_on(settings):
    settings.GUARDS_OFF = frozenset({"throttle"})

    assert found() == {"haina.E001"}


@pytest.mark.parametrize("host", ["*", "*.haina.example"])
def test_hosts_must_be_named(settings, host):
    settings.ALLOWED_HOSTS = [host]

    assert found() == {"haina.E002"}


def test_no_place_to_die_may_be_named(settings):
    settings.KILL_AT = "import.read"

    assert found() == {"haina.E003"}


def test_nobody_stands_in_for_wechat(settings):
    settings.HAINA_SANDBOX = True

    assert found() == {"haina.E004"}


def test_messages_lead_to_our_pages(settings):
    settings.HAINA_BASE_URL = ""

    assert found() == {"haina.E006"}


def test_codes_are_not_written_where_somebody_reads_them(settings):
    settings.SMS_BACKEND = "console"

    assert found() == {"haina.E005"}


def test_translations_must_be_compiled(settings, tmp_path):
    (tmp_path / "django.po").touch()
    settings.LOCALE_PATHS = [tmp_path]

    assert found() == {"haina.E007"}
