"""新建标签, 重命名, 删除."""

import threading

import pytest
from django.db import transaction
from django.utils import timezone

from followers import services
from followers.models import Tag
from followers.refusals import TooManyTags
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.lib.locks import Lock, hold
from tests import make
from tests.followers.test_list import groups, names, page
from tests.together import together, until_somebody_waits


def test_a_new_tag_stands_in_the_side_list(sign_in, creator, four, url):
    client = sign_in(creator)

    assert 'data-limit="12"' in client.get(url("tag_add")).content.decode()
    assert client.post(url("tag_add"), {"name": " 商户 "}).status_code == 302

    assert "商户 0" in groups(client.get(url("list")))
    assert AuditEntry.objects.latest("pk").action == "tag.added"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "请输入标签名称。"),
        ("长" * 13, "最多 12 个字，现在有 13 个。"),
        ("业主", "已有同名的标签，请换一个名称。"),
    ],
)
def test_a_name_that_will_not_do_is_told(sign_in, creator, four, tags, url, name, told):
    client = sign_in(creator)

    added = client.post(url("tag_add"), {"name": name})
    renamed = client.post(url("tag_rename", tags["租客"].pk), {"name": name})

    assert (added.status_code, renamed.status_code) == (422, 422)
    assert told in added.content.decode()
    assert told in renamed.content.decode()
    assert set(Tag.objects.values_list("name", flat=True)) == {"业主", "租客"}


def test_there_is_no_101st_tag(sign_in, creator, account, connected, url):
    Tag.objects.bulk_create(Tag(account=account, name=f"标签{number}") for number in range(100))

    response = sign_in(creator).post(url("tag_add"), {"name": "多余"})

    assert response.status_code == 422
    assert "标签最多 100 个" in response.content.decode()


def test_a_tag_is_renamed(sign_in, creator, four, tags, url):
    client = sign_in(creator)

    client.post(url("tag_rename", tags["业主"].pk), {"name": "房东"})

    assert "房东 1" in groups(client.get(url("list")))


def test_a_deleted_tag_is_nobodys_any_more(sign_in, creator, four, tags, url):
    client, tag = sign_in(creator), tags["业主"]

    assert "1 位用户将不再有这个标签" in client.get(url("tag_delete", tag.pk)).content.decode()
    client.post(url("tag_delete", tag.pk, tag=tag.pk))

    response = client.get(url("list"))
    assert [group for group in groups(response) if "业主" in group] == []
    assert len(names(response)) == 4
    assert client.get(url("tag_delete", tag.pk)).status_code == 404
    client.post(url("tag_add"), {"name": "业主"})
    assert "业主 0" in groups(client.get(url("list")))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_the_100th_tag_one_is_refused(account, creator):
    Tag.objects.bulk_create(Tag(account=account, name=f"标签{number}") for number in range(99))

    def add(name):
        try:
            services.add_tag(account, name, by=Actor.of(creator), now=timezone.now())
        except TooManyTags:
            return False
        return True

    assert sorted(together(add, ["甲", "乙"])) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_who_deletes_a_tag_a_moment_too_late_is_told(sign_in, creator, account, url):
    client, tag, held = sign_in(creator), make.tag(account), threading.Event()

    def one(is_first):
        if not is_first:
            held.wait(timeout=30)
            return client.post(url("tag_delete", tag.pk)).status_code
        with transaction.atomic():
            hold(Lock.FOLLOWERS, account.pk)
            held.set()
            until_somebody_waits()
            Tag.objects.update(gone=True)
        return None

    assert together(one, [True, False]) == [None, 302]
    assert "标签已被删除，请重新选择。" in client.get(url("list")).content.decode()


def test_a_tag_of_another_account_is_none(sign_in, creator, stranger, url):
    tag = make.tag(stranger.account)

    assert sign_in(creator).post(url("tag_delete", tag.pk)).status_code == 404
    assert not Tag.objects.get(pk=tag.pk).gone


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"push_fault": 45157}, "未同步 公众号里已有同名标签，或标签名含微信不允许的内容。"),
        (
            {"push_fault": 45058, "name_there": "商户", "wechat_id": 101},
            "未同步 微信自带的标签不能修改或删除。",
        ),
        (
            {"name": "东区二十三栋业主委员会"},
            "仅本地 名称超过微信的 30 个字节，仅保存在本地。",
        ),
    ],
)
def test_what_wechat_does_not_take_is_told_with_the_tag(
    sign_in, creator, account, connected, url, fields, told
):
    name = Tag.objects.create(account=account, **{"name": "商户"} | fields).name

    tree = page(sign_in(creator).get(url("list")))

    lines = "//nav[@id='groups']//li[.//span[.=$name]]"
    (state,) = tree.xpath(f"{lines}//span[contains(@class, 'state')]/text()", name=name)
    (note,) = tree.xpath(f"{lines}/p[@class='group-note']/text()", name=name)
    assert f"{state} {note}" == told


def test_an_open_list_is_told_of_a_refusal(sign_in, creator, account, connected, url):
    tag = make.tag(account, "商户")
    client = sign_in(creator)
    version = client.get(url("list")).context["version"]
    assert "HX-Trigger" not in client.get(url("news", version=version))

    Tag.objects.filter(pk=tag.pk).update(push_fault=45157)

    assert "followers-changed" in client.get(url("news", version=version))["HX-Trigger"]
