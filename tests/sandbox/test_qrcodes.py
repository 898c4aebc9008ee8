"""§5: QR codes with a scene."""

import pytest
import requests

from tests.sandbox.process import Refused


@pytest.fixture
def create(api):
    def create(action="QR_STR_SCENE", scene=None, **more):
        info = {"scene": scene or {"scene_str": "b_1"}}
        return api.post("qrcode/create", action_name=action, action_info=info, **more)

    return create


def image(sandbox, ticket):
    address = f"{sandbox.url}/cgi-bin/showqrcode"
    return requests.get(address, {"ticket": ticket}, timeout=30)


def test_a_code_has_an_image(sandbox, create):
    made = create(expire_seconds=600)

    shown = image(sandbox, made["ticket"])

    assert made["expire_seconds"] == 600
    assert made["url"].startswith(f"{sandbox.url}/q/")
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.content[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_ticket_that_is_none_has_no_image(sandbox):
    assert image(sandbox, "none").status_code == 404


def test_a_code_ends(sandbox, create):
    """ "Without expire_seconds a temporary code lives only ~30 s"."""
    create()
    openid = sandbox.openids()[0]
    sandbox.scan(openid, "b_1")
    sandbox.do("clock", forward=31)

    with pytest.raises(Refused, match="over"):
        sandbox.scan(openid, "b_1")


def test_a_permanent_code_does_not(sandbox, create):
    assert "expire_seconds" not in create("QR_LIMIT_STR_SCENE")
    sandbox.do("clock", forward=40 * 24 * 3600)

    sandbox.scan(sandbox.openids()[0], "b_1")


@pytest.mark.parametrize(
    ("action", "scene", "more"),
    [
        ("QR_NONE", None, {}),
        ("QR_STR_SCENE", {"scene_str": ""}, {}),
        ("QR_STR_SCENE", {"scene_str": "x" * 65}, {}),
        ("QR_SCENE", {"scene_id": 0}, {}),
        ("QR_LIMIT_SCENE", {"scene_id": 100_001}, {}),
        ("QR_STR_SCENE", None, {"expire_seconds": 2_592_001}),
    ],
)
def test_what_cannot_be_made(create, action, scene, more):
    assert create(action, scene, **more)["errcode"] == 40053
