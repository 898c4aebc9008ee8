"""§2: "Each new request invalidates the previous token (old one valid ~5 min)"; stable_token
"returns the same token until near expiry"."""

import pytest

CREDENTIAL = {"grant_type": "client_credential"}


def stable(api, **more):
    return api.bare("cgi-bin/stable_token", {**CREDENTIAL, **api.own, **more})


def works(api, token) -> int:
    reply = api.bare("cgi-bin/tags/get", access_token=token)
    return reply.get("errcode", 0)


def test_a_token_lives_two_hours(api, sandbox):
    reply = api.bare("cgi-bin/token", **CREDENTIAL)

    assert reply["expires_in"] == 7200
    assert works(api, reply["access_token"]) == 0
    sandbox.do("clock", forward=7201)
    assert works(api, reply["access_token"]) == 42001


def test_a_new_token_ends_the_one_before_after_five_minutes(api, sandbox):
    first, second = (api.bare("cgi-bin/token", **CREDENTIAL)["access_token"] for _ in range(2))

    assert first != second
    assert works(api, first) == 0
    sandbox.do("clock", forward=301)
    assert (works(api, first), works(api, second)) == (42001, 0)


def test_a_stable_token_stays_the_same_until_near_its_end(api, sandbox):
    first = stable(api)
    sandbox.do("clock", forward=6800)
    second = stable(api)
    sandbox.do("clock", forward=150)
    third = stable(api)

    assert second["access_token"] == first["access_token"]
    assert 300 <= second["expires_in"] <= 400
    assert third["access_token"] != first["access_token"]
    assert (works(api, first["access_token"]), works(api, third["access_token"])) == (0, 0)


def test_a_stable_token_and_the_legacy_one_leave_each_other_alone(api, sandbox):
    token = stable(api)["access_token"]
    api.bare("cgi-bin/token", **CREDENTIAL)
    sandbox.do("clock", forward=301)

    assert works(api, token) == 0


def test_a_forced_renewal_is_rare(api, sandbox):
    first = stable(api)["access_token"]
    forced = stable(api, force_refresh=True)["access_token"]

    assert forced != first
    assert stable(api, force_refresh=True)["errcode"] == 45011
    for _ in range(19):
        sandbox.do("clock", forward=31)
        assert "access_token" in stable(api, force_refresh=True)
    sandbox.do("clock", forward=31)
    assert stable(api, force_refresh=True)["errcode"] == 45009


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"appid": "wx9999999999999999"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_wrong_credentials(api, given, errcode):
    assert api.bare("cgi-bin/token", **(CREDENTIAL | given))["errcode"] == errcode
    assert stable(api, **given)["errcode"] == errcode


def test_an_address_that_is_not_on_the_whitelist(api, sandbox):
    sandbox.do("account", allowed_ips=["203.0.113.7"])

    reply = stable(api)

    assert reply["errcode"] == 40164
    assert "invalid ip 127.0.0.1" in reply["errmsg"]
    assert "rid: " in reply["errmsg"]


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("short", 40014), ("0" * 64, 40001)])
def test_tokens_that_are_none(api, token, errcode):
    assert works(api, token) == errcode


def test_all_tokens_can_be_ended(api, sandbox):
    before = stable(api)["access_token"]
    sandbox.do("tokens/expire")

    assert works(api, before) == 42001
    assert works(api, stable(api)["access_token"]) == 0


def test_an_account_that_is_not_verified_may_call_nothing(api, sandbox):
    sandbox.do("account", verified=False)

    assert api.get("user/get")["errcode"] == 48001


def test_the_wrong_method_and_the_wrong_path(api):
    assert api.post("user/get")["errcode"] == 43001
    assert api.get("tags/create")["errcode"] == 43002
    assert api.get("no/such/thing")["errcode"] == 40066
