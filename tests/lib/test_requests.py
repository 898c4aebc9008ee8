import pytest
from django.test import Client

from haina.lib.requests import neighbourhood_of, once_of, readable


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        (" 10.1.2.3:4711", "10.1.2.3"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_readable(text, address):
    assert readable(text) == address


def test_a_visitor_holds_a_whole_network_of_ipv6():
    assert neighbourhood_of("2001:db8::1") == neighbourhood_of("2001:db8::ffff")
    assert neighbourhood_of("10.1.2.3") == "10.1.2.3"


@pytest.mark.parametrize("path", ["/%00/", "/sign-in/?next=%00", "/sign-in/?%2500=1"])
def test_nul_in_an_address_is_no_server_error(client: Client, db, path):
    assert client.get(path).status_code in {200, 400, 404}


def test_no_answer_is_stored(client, db):
    assert client.get("/sign-in/").headers["Cache-Control"].count("no-store") == 1
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [("/sign-in/?next=%00", 400, "请求无效"), ("/sign-out/", 405, "用页面上的按钮操作")],
)
def test_a_refusal_is_a_page(client, db, path, status, told):
    response = client.get(path)

    assert response.status_code == status
    assert told in response.content.decode()
    assert int(response.headers.get("Content-Length", len(response.content))) == len(
        response.content
    )


def test_a_foreign_host_is_a_page(client, db):
    response = client.get("/sign-in/", headers={"host": "evil.example"})

    assert "请求无效" in response.content.decode()


def test_a_refused_method_keeps_its_header(client, db):
    assert client.get("/sign-out/").headers["Allow"] == "POST"


def test_the_mark_of_a_form_comes_back(rf):
    assert once_of(rf.post("/", {"once": "0123456789abcdef"})) == "0123456789abcdef"


@pytest.mark.parametrize("posted", ["", "short", "0123456789ABCDEF", "0" * 300, "\x00" * 16])
def test_a_mark_that_was_never_made_is_replaced(rf, posted):
    first, second = (once_of(rf.post("/", {"once": posted})) for _each in range(2))

    assert posted not in {first, second}
    assert len({first, second}) == 2
    assert len(first) == 16
