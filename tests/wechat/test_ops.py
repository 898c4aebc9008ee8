"""What whoever runs the installation sees of calls to WeChat, and what they can do: nothing."""

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.wechat.models import Call

RID = "6a1b2c3d-0a0b0c0d-11223344"


@pytest.fixture
def call(connection):
    told = {"endpoint": "user/info/batchget", "errcode": 45011, "rid": RID, "milliseconds": 321}
    return Call.objects.create(connection=connection, at=timezone.now(), **told)


@pytest.fixture
def client(sign_in, ops):
    return sign_in(ops)


def test_ops_reads_how_calls_went(client, call):
    html = client.get("/ops/wechat/call/").content.decode()

    for told in ("user/info/batchget", "45011", RID, "321"):
        assert told in html


def test_ops_narrows_the_calls_without_reading_all_of_them(client, call):
    with CaptureQueriesContext(database) as queries:
        failed = client.get("/ops/wechat/call/?outcome=failed").content.decode()

    assert RID in failed
    assert RID not in client.get("/ops/wechat/call/?outcome=done").content.decode()
    assert RID in client.get("/ops/wechat/call/?q=45011").content.decode()
    assert RID not in client.get("/ops/wechat/call/?q=4501").content.decode()
    assert not [query for query in queries if "DISTINCT" in query["sql"]]


def test_ops_sees_no_app_id_and_no_secret(client, call, connection):
    for page in ("", f"{call.pk}/change/"):
        html = client.get(f"/ops/wechat/call/{page}").content.decode()
        assert connection.secret not in html
        assert connection.app_id not in html


def test_a_look_is_in_the_trail_of_the_account(client, call, account):
    client.get(f"/ops/wechat/call/{call.pk}/change/")

    entry = AuditEntry.objects.get(action="call.seen_by_ops")
    assert (entry.account_id, entry.ids) == (account.pk, [call.pk])


@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_ops_changes_nothing(client, call, page):
    response = client.post(f"/ops/wechat/call/{page.format(pk=call.pk)}", {"errcode": 0})

    assert response.status_code == 403
    assert Call.objects.get().errcode == 45011


def test_others_see_nothing(sign_in, call, creator):
    assert sign_in(creator).get("/ops/wechat/call/").status_code == 404
