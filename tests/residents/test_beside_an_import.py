"""While an import writes, the console goes on: reading needs no lock."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from communities.models import BuildingNode
from haina.lib.locks import Lock, hold
from residents.models import Resident
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def written_elsewhere(community, room):
    """Another connection holds the community and has written a resident that is not committed."""
    begun, done = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                hold(Lock.COMMUNITY, community.pk)
                make.resident(community, name="未提交")
                BuildingNode.objects.filter(pk=room.pk).update(name="改名中")
                begun.set()
                done.wait(60)
                transaction.set_rollback(True)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(60)
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("query", ["", "?q=张三", "?q=0042", "?sort=address"])
def test_the_list_is_served_while_an_import_holds_the_community(
    sign_in, operator, community, url, query
):
    shown = make.resident(community, name="张三", phone="13800000042")
    client = sign_in(operator)
    with written_elsewhere(community, shown.room), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '20s'")  # a page that waits would wait for good

        answer = client.get(url("list") + query)

        cursor.execute("RESET statement_timeout")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("张三" in page, "未提交" in page) == (True, False)
    assert Resident.objects.count() == 1
