"""新建标签, 重命名, 删除."""

import pytest
from django.utils import timezone

from followers import services
from followers.models import Tag
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from tests import make
from tests.followers.test_list import groups, names
from tests.together import together


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
        except services.TooManyTags:
            return False
        return True

    assert sorted(together(add, ["甲", "乙"])) == [False, True]


def test_a_tag_of_another_account_is_none(sign_in, creator, stranger, url):
    tag = make.tag(stranger.account)

    assert sign_in(creator).post(url("tag_delete", tag.pk)).status_code == 404
    assert not Tag.objects.get(pk=tag.pk).gone
