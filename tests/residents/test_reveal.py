"""Masked values in full: one at a time, by whoever may, noted, and not without end."""

import pytest

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.accounts.privacy import LOOKS
from tests import make
from tests.limits import use_up

HTMX = {"HX-Request": "true"}
FULL = {"phone": "13700007788", "id_number": "E77665544"}
MASKED = {"phone": "137*****88", "id_number": "E77****44"}

each_field = pytest.mark.parametrize("field", FULL)


def looks():
    return AuditEntry.objects.filter(action="resident.revealed")


@each_field
def test_one_value_is_shown_and_leaves_an_entry(sign_in, operator, canary, url, field):
    response = sign_in(operator).post(url(f"reveal_{field}", canary.pk), headers=HTMX)

    (other,) = FULL.keys() - {field}
    assert FULL[field] in response.content.decode()
    assert FULL[other] not in response.content.decode()
    assert b"<html" not in response.content
    assert "no-store" in response.headers["Cache-Control"]
    entry = looks().get()
    assert (entry.ids, entry.fields, entry.actor) == ([canary.pk], [field], "小何")


@each_field
def test_who_may_only_look_may_look(sign_in, account, canary, url, field):
    rights = {"sections": {"residents": Level.VIEW}, "fields": {field: Level.VIEW}}
    clerk = make.operator(account, "小看", **rights)

    assert FULL[field] in sign_in(clerk).post(url(f"reveal_{field}", canary.pk)).content.decode()


@each_field
def test_it_can_be_hidden_again(sign_in, operator, canary, url, field):
    address = url(f"reveal_{field}", canary.pk)

    text = sign_in(operator).post(address, {"hide": "1"}, headers=HTMX).content.decode()

    assert MASKED[field] in text
    assert FULL[field] not in text
    assert not looks().exists()


def test_without_scripts_it_is_a_page(sign_in, operator, canary, url):
    response = sign_in(operator).post(url("reveal_phone", canary.pk))

    assert FULL["phone"] in response.content.decode()
    assert b"<html" in response.content


@each_field
@pytest.mark.parametrize("posted", [{}, {"hide": "1"}])
def test_it_is_refused_to_whom_the_field_is_hidden(sign_in, account, canary, url, field, posted):
    rights = {"sections": {"residents": Level.MANAGE}, "fields": {field: Level.NONE}}
    clerk = make.operator(account, "小藏", **rights)

    response = sign_in(clerk).post(url(f"reveal_{field}", canary.pk), posted)

    assert response.status_code == 403
    assert FULL[field] not in response.content.decode()
    assert MASKED[field] not in response.content.decode()
    assert not looks().exists()


@each_field
def test_it_is_no_link(sign_in, operator, canary, url, field):
    address = url(f"reveal_{field}", canary.pk)

    assert sign_in(operator).get(address).status_code == 405
    assert FULL[field] not in address


def test_there_is_an_end_to_it(sign_in, operator, creator, canary, url):
    client, address = sign_in(operator), url("reveal_phone", canary.pk)
    use_up(LOOKS, operator, but=1)

    assert FULL["phone"] in client.post(address).content.decode()
    response = client.post(address, headers=HTMX)

    assert response.status_code == 422
    assert "您在一小时内查看的完整号码过多，请稍后再试。" in response.content.decode()
    assert FULL["phone"] not in response.content.decode()
    assert looks().count() == 1
    assert FULL["phone"] in sign_in(creator).post(address).content.decode()
