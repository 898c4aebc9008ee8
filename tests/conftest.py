"""The cast and their clients."""

import gc

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from redis import Redis

from haina.accounts.permissions import Level, Section
from tests import make
from tests.apart import use_own_redis
from tests.drawing import register_profiles
from tests.emptied import empty_by_deleting
from tests.migrated import use_template
from tests.sandbox.process import running

use_own_redis()
register_profiles()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    with django_db_blocker.unblock():
        use_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with pytest.MonkeyPatch.context() as patch:
        empty_by_deleting(patch)
        yield
    with django_db_blocker.unblock():
        end_other_sessions()


def end_other_sessions() -> None:
    """A thread of the live server may still hold its connection, and the database is to go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_collection():
    """Thousands of tests are made and all stay: there is nothing to be found among them."""
    gc.disable()


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


def pytest_addoption(parser):
    parser.addoption("--mutants", type=int, default=2_000, help="damaged workbooks to be read")
    parser.addoption("--kills", type=int, default=2, help="workers killed at each step of sending")
    parser.addoption("--guesses", type=int, default=200, help="of who lives where; 50 are taken")
    parser.addoption("--callbacks", type=int, default=1_000, help="posts of WeChat's, of 4 each")


@pytest.fixture(autouse=True)
def no_content_types_of_another_test():
    """Django remembers their numbers for the whole run, also those that were rolled back."""
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    """Uploads and results of a test go with it."""
    settings.HAINA_VAR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    storages = {**settings.STORAGES}
    storages["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "files"},
    }
    storages["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    settings.STORAGES = storages
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_heartbeat_in_a_transaction(request, settings):
    """A heartbeat has a connection of its own, which sees no row of a test that is rolled back: it
    would give up a job that takes longer than a beat."""
    mark = request.node.get_closest_marker("django_db")
    commits = bool(mark and mark.kwargs.get("transaction"))
    if not commits and "transactional_db" not in request.fixturenames:
        settings.HEARTBEAT_SECONDS = 3600


@pytest.fixture
def account(db):
    return make.account("fengniao", name="蜂鸟小区A")


@pytest.fixture
def community(account):
    return make.community(account)


@pytest.fixture
def creator(account):
    return make.creator_of(account)


@pytest.fixture
def operator(account, community):
    """小何: manages the residents of 腾讯小区."""
    return make.operator(
        account,
        "小何",
        sections={Section.RESIDENTS: Level.MANAGE},
        communities=(community,),
    )


@pytest.fixture
def newcomer(account):
    """Somebody of the account without any right."""
    return make.operator(account, "新人")


@pytest.fixture
def stranger(db):
    """The creator of another account, which has a community and a resident of its own."""
    other = make.account("other", name="别家物业")
    make.resident(make.community(other, "别家小区"), name="外人")
    return make.creator_of(other)


@pytest.fixture
def ops(db):
    return make.user("xiaozhushou", name="海纳小助手", is_staff=True)


@pytest.fixture
def sign_in():
    """A client of an administrator or a user, past the sign-in page."""

    def client_of(who) -> Client:
        client = Client()
        client.force_login(getattr(who, "user", who))
        return client

    return client_of


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    with running(tmp_path_factory.mktemp("sandbox") / "log") as sandbox:
        yield sandbox


def forget_tokens() -> None:
    """Tokens of a world that is over, and the trouble that a test has made."""
    redis = Redis.from_url(settings.REDIS_URL)
    for key in redis.scan_iter("wechat:*"):
        redis.delete(key)
    redis.close()


@pytest.fixture
def sandbox(sandbox_process, settings):
    """WeChat as at the start of the sandbox, and the product's settings that lead to it."""
    sandbox_process.reset()
    forget_tokens()
    settings.WECHAT_API_BASE = settings.WECHAT_OPEN_BASE = sandbox_process.url
    settings.WECHAT_MP_BASE = settings.SMS_ENDPOINT = sandbox_process.url
    settings.WECOM_API_BASE = settings.WECOM_OPEN_BASE = f"{sandbox_process.url}/wecom"
    return sandbox_process
