"""The door against somebody else's idea of WeChat: the sandbox verifies it, and posts what its
people do, in each of WeChat's three modes."""

import pytest

from followers.models import Follower
from haina.wechat import inbox
from haina.wechat.models import Callback
from tests import make
from tests.jobs.processes import wait_until
from tests.wechat.posting import AES_KEY, TOKEN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connected(sandbox, account, live_server):
    """服务器配置 of the sandbox's account, saved as its administrator would."""

    def connect(mode: str):
        key = "" if mode == "plain" else AES_KEY
        own = {"app_id": sandbox.appid, "secret": sandbox.secret}
        connection = make.wechat(account, token=TOKEN, aes_key=key, **own)
        url = f"{live_server.url}/wechat/{connection.door}/"
        sandbox.do("server", url=url, token=TOKEN, aes_key=AES_KEY, mode=mode)
        connection.refresh_from_db()
        return connection

    return connect


def arrived(number: int):
    return lambda: Callback.objects.count() == number


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_a_follower_comes_and_leaves(sandbox, connected, mode):
    connection = connected(mode)
    assert connection.verified_at is not None
    openid = next(each["openid"] for each in sandbox.people() if not each["subscribed"])

    sandbox.do("follow", openid=openid)
    assert wait_until(arrived(1), 20)
    inbox.work()
    came = Follower.objects.get(openid=openid)
    sandbox.do("unfollow", openid=openid)
    assert wait_until(arrived(2), 20)
    inbox.work()

    assert came.subscribed
    assert set(Callback.objects.values_list("state", flat=True)) == {"done"}
    assert not Follower.objects.get(openid=openid).subscribed


def test_what_is_repeated_and_shuffled_arrives_once(sandbox, connected):
    connected("safe")
    people = [each["openid"] for each in sandbox.people()[:20]]
    sandbox.do("callbacks/set", hold=True, copies=3)
    for openid in people:
        sandbox.do("say", openid=openid, text="你好")

    sandbox.do("callbacks/set", release=True, shuffle=True)

    assert wait_until(lambda: sandbox.see("callbacks")["under_way"] == 0, 30)
    assert sorted(Callback.objects.values_list("openid", flat=True)) == sorted(people)
    tries = [each for told in sandbox.see("callbacks")["callbacks"] for each in told["tries"]]
    assert {(each["status"], each["proper"]) for each in tries} == {(200, True)}
