"""The pages of the sandbox, in a browser of plain forms."""

import io
import itertools
import re
import struct
import zlib
from urllib.parse import urlencode

import pytest
import requests
import segno
from django.utils import timezone
from PIL import Image

from haina.demo import data
from haina.sms import services
from tests import make
from tests.sandbox.receiver import receiving
from tests.sandbox.test_callbacks import KEY, TOKEN


class Visitor(requests.Session):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.address, self.page = url, "", ""

    def see(self, path: str) -> str:
        self.page = self.get(f"{self.url}{path}", timeout=30).text
        return self.page

    def submit(self, path: str, files: dict | None = None, **given) -> str:
        """Post a form of the page that was seen last; the page that it leads to."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)[1]
        given["csrfmiddlewaretoken"] = token
        reply = self.post(f"{self.url}{path}", given, files=files, timeout=30)
        self.address, self.page = reply.url, reply.text
        return self.page

    def show(self, picture: bytes) -> str:
        """Hold a picture before the camera."""
        self.see("/scanner")
        return self.submit("/scan/picture", {"picture": ("picture", picture)})


@pytest.fixture
def visitor(sandbox):
    with Visitor(sandbox.url) as visitor:
        yield visitor


@pytest.fixture
def person(sandbox):
    """Somebody who does not follow."""
    return next(each for each in sandbox.people() if not each["subscribed"])


@pytest.fixture
def phone(visitor, person):
    visitor.see("/")
    visitor.submit("/choose", person=person["unionid"], next="/")
    return visitor


def test_a_phone_is_put_into_somebodys_hand(visitor, person):
    assert "这是谁的手机" in visitor.see("/")

    assert person["openid"] in visitor.submit("/choose", person=person["unionid"], next="/")


def test_choosing_leads_to_no_other_place(visitor, person):
    visitor.see("/")

    shown = visitor.submit("/choose", person=person["unionid"], next="//example.com/")

    assert person["openid"] in shown


def test_following_and_leaving(sandbox, phone, person):
    assert "已关注" in phone.submit("/follow")
    assert person["openid"] in sandbox.openids()
    assert "已取消关注" in phone.submit("/unfollow")
    assert person["openid"] not in sandbox.openids()


def test_a_code_is_scanned_by_link_scene_or_touch(sandbox, api, phone, person):
    info = {"scene": {"scene_str": "b_1"}}
    made = api.post("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info=info)
    assert "扫描二维码 b_1" in phone.see("/scanner")

    for link in (made["url"], "b_1", made["ticket"]):
        phone.see("/scanner")
        assert "已扫码" in phone.submit("/scan", link=link)
    assert person["openid"] in sandbox.openids()

    assert "扫码进入服务号" in phone.see(made["url"].removeprefix(sandbox.url))
    phone.see("/scanner")
    assert "二维码不存在或已过期" in phone.submit("/scan", link="made-up")
    assert phone.get(f"{sandbox.url}/q/made-up", timeout=30).status_code == 404


def picture_of(text: str, kind: str = "PNG", *, turned: int = 0, clear: bool = False) -> bytes:
    """A QR code somewhere in a picture, as a camera or a screen has it."""
    code = io.BytesIO()
    segno.make(text, micro=False).save(code, kind="png", scale=4, border=4)
    canvas = Image.new("RGB", (600, 480), "wheat")
    with Image.open(code) as drawn:
        canvas.paste(drawn.convert("RGB").rotate(turned, expand=True, fillcolor="white"), (90, 60))
    if clear:
        canvas.putalpha(canvas.convert("L").point(lambda shade: 255 if shade < 128 else 0))
    taken = io.BytesIO()
    canvas.save(taken, kind)
    return taken.getvalue()


@pytest.mark.parametrize(
    "how",
    [{}, {"kind": "JPEG", "turned": 30}, {"kind": "WEBP", "turned": 180}, {"clear": True}],
)
def test_a_code_is_scanned_in_a_picture(sandbox, api, phone, person, how):
    info = {"scene": {"scene_str": "b_1"}}
    made = api.post("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info=info)

    assert "已扫码" in phone.show(picture_of(made["url"], **how))

    (follower,) = [each for each in sandbox.people() if each["openid"] == person["openid"]]
    assert (follower["subscribed"], follower["scene"]) == (True, "b_1")


def test_the_image_that_wechat_draws_can_be_scanned(sandbox, api, phone, person):
    info = {"scene": {"scene_str": "b_1"}}
    made = api.post("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info=info)
    address = f"{sandbox.url}/cgi-bin/showqrcode"

    phone.show(phone.get(address, params={"ticket": made["ticket"]}, timeout=30).content)

    assert person["openid"] in sandbox.openids()


def test_a_page_in_a_picture_is_opened_as_who_holds_the_phone(sandbox, phone, person):
    back = "http://127.0.0.1:9/back"
    asked = {
        "appid": sandbox.appid,
        "redirect_uri": back,
        "state": "s1",
        "scope": "snsapi_userinfo",
    }
    page = f"{sandbox.url}/connect/oauth2/authorize?{urlencode(asked)}"

    shown = phone.show(picture_of(page))

    assert phone.address == page
    assert person["nickname"] in shown


def png_of(width: int, height: int) -> bytes:
    """The beginning of a picture of that size."""
    head = chunk(b"IHDR", struct.pack(">II5B", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"0"))


def chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (b"", "这个文件不是图片，或已损坏"),
        (b"%PDF-1.7", "这个文件不是图片，或已损坏"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "这个文件不是图片，或已损坏"),
        (picture_of("x")[:500], "这个文件不是图片，或已损坏"),
        (png_of(9_000, 9_000), "图片太大"),
        (png_of(60_000, 60_000), "图片太大"),
        (b"x" * (10 * 1024 * 1024 + 1), "图片太大"),
        (picture_of("https://weixin.qq.com/q/1"), "沙箱只打开本机的网页"),
        (picture_of("http://127.0.0.1@evil.cn/"), "沙箱只打开本机的网页"),
        (picture_of("腾讯小区"), "二维码不存在或已过期"),
    ],
    ids=itertools.count(),
)
def test_a_picture_without_a_code_of_use_is_told_so(sandbox, phone, person, picture, sentence):
    assert sentence in phone.show(picture)
    assert person["openid"] not in sandbox.openids()


def test_a_picture_of_nothing_and_no_picture_at_all(phone):
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "JPEG")

    assert "图片里没有找到二维码" in phone.show(blank.getvalue())
    phone.see("/scanner")
    assert "请选择一张图片" in phone.submit("/scan/picture")


@pytest.mark.parametrize(
    "address",
    ["https://example.com/", "//example.com/", "javascript:alert(1)", "http://127.0.0.1@evil.cn/"],
)
def test_only_pages_of_this_machine_are_opened(phone, address):
    assert "沙箱只打开本机的网页" in phone.submit("/open", url=address)


def test_messages_are_read_on_the_phone(sandbox, api, phone, person):
    phone.submit("/follow")
    values = {"thing1": "腾讯小区", "number2": "3", "time3": "15:01"}
    data = {field: {"value": value} for field, value in values.items()}
    template = "sandbox-review-0000000000000000000000000000"
    api.post("message/template/send", touser=person["openid"], template_id=template, data=data)

    shown = phone.see("/")

    assert all(text in shown for text in ("住户认证审核提醒", "小区:腾讯小区", "待审核:3"))


def test_the_office_tells_what_the_demo_fills_into_its_sms_settings(phone):
    shown = phone.see("/office")

    values = {name: value for name, value in data.SMS.items() if name != "region"}
    assert {name for name, value in values.items() if value in shown} == values.keys()


def test_the_server_is_configured_by_its_form(sandbox, phone):
    with receiving() as receiver:
        given = {"url": receiver.url, "token": TOKEN, "aes_key": KEY, "mode": "safe"}
        phone.see("/office")
        receiver.echoes = False
        assert "token 验证失败" in phone.submit("/office", **given)
        receiver.echoes = True
        assert "提交成功" in phone.submit("/office", **given)
        phone.see("/")
        phone.submit("/follow")
        sandbox.delivered()

    assert len(receiver.posts) == 1


def test_faults_are_set_and_cleared_by_their_page(api, phone):
    phone.see("/trouble/")
    phone.submit("/trouble/add", endpoint="cgi-bin/tags/get", kind="limit", times="")
    assert api.get("tags/get")["errcode"] == 45009

    phone.submit("/trouble/clear")

    assert "errcode" not in api.get("tags/get")


def test_callbacks_are_doubled_and_held_by_their_page(sandbox, phone):
    phone.see("/trouble/")
    phone.submit("/trouble/deliver", twice="on", hold="on")
    with receiving() as receiver:
        sandbox.server(url=receiver.url, token=TOKEN, mode="plain")
        sandbox.follow(sandbox.openids(following=False)[1])
        assert receiver.posts == []
        phone.submit("/trouble/deliver", twice="on")
        sandbox.delivered()

    assert len(receiver.posts) == 2


def test_a_form_needs_its_token(phone):
    assert phone.post(f"{phone.url}/follow", {}, timeout=30).status_code == 403


def test_every_sms_is_shown(phone, account, db):
    services.send(make.sms(account).account, "+8613800138000", "review", ["3"], now=timezone.now())

    assert "您有3条住户认证申请待审核" in phone.see("/")
