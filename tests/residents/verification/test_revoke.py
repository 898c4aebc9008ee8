"""撤销认证, and what a resident's page says of how they were verified."""

import pytest

from haina.accounts.permissions import Level, Section
from residents.models import Binding, Notice, Resident
from tests import make
from tests.residents.test_list import shown
from tests.residents.verification.test_review_list import told


@pytest.fixture
def client(sign_in, operator):
    return sign_in(operator)


def test_a_verification_is_taken_back_with_a_reason(
    client, community, follower, zhang, as_zhang, url
):
    passed = make.application(community, follower, **as_zhang)
    assert "撤销认证" in told(client.get(url("list")))
    assert "撤销认证" in told(client.get(url("show", zhang.pk)))

    refused = client.post(url("revoke", zhang.pk), {})
    client.post(url("revoke", zhang.pk), {"preset": "已不住在该房间"})

    zhang.refresh_from_db()
    passed.refresh_from_db()
    assert refused.status_code == 422
    assert (zhang.verification, passed.state) == ("unverified", "revoked")
    assert not Binding.objects.exists()
    assert "已不住在该房间" in Notice.objects.get(kind="revoked").facts
    assert "撤销认证" in told(client.get(url("show", zhang.pk)))  # in its history


def test_nothing_is_taken_back_twice(client, zhang, url):
    response = client.post(url("revoke", zhang.pk), {"preset": "已不住在该房间"})

    assert response.status_code == 422
    assert "已不是认证状态" in told(response)
    assert not Notice.objects.exists()


def test_a_resident_of_another_community_keeps_the_verification(client, account, follower, url):
    other = make.community(account, "滨海小区")
    bound = make.bound(make.resident(other), follower).resident

    assert client.post(url("revoke", bound.pk), {"words": "不"}).status_code == 404
    assert Binding.objects.filter(resident=bound).exists()


def test_the_residents_page_says_how_they_were_verified(
    client, community, follower, zhang, as_zhang, url
):
    make.application(community, follower, **as_zhang)

    text = told(client.get(url("show", zhang.pk)))

    assert "认证方式自动通过" in text
    assert "审核人系统" in text
    assert "姓名一致" in text
    assert "已通过" in text


def test_who_is_expired_is_found_and_can_be_taken_back(client, zhang, follower, url):
    make.bound(zhang, follower)
    Resident.objects.filter(pk=zhang.pk).update(verification="expired")

    response = client.get(url("list", verification="expired"))
    client.post(url("revoke", zhang.pk), {"preset": "已不住在该房间"})

    assert shown(response, "verification", "name") == [("已到期", "张三")]
    assert "撤销认证" in told(response)
    assert not Binding.objects.exists()


@pytest.mark.parametrize("field", ["phone", "address"])
def test_whose_claim_was_compared_with_them_is_not_told_by_the_page(
    sign_in, account, community, zhang, follower, as_zhang, url, field
):
    """赵六 claimed the phone in the room: who sees neither is not to learn whose they are."""
    make.application(community, follower, **as_zhang | {"name": "赵六"})
    told = {"sections": {Section.RESIDENTS: Level.VIEW}, "communities": (community,)}
    whole = make.operator(account, "小全", **told)
    partly = make.operator(account, "小何", fields={field: Level.NONE}, **told)

    assert "赵六" in sign_in(whole).get(url("show", zhang.pk)).content.decode()
    assert "赵六" not in sign_in(partly).get(url("show", zhang.pk)).content.decode()
