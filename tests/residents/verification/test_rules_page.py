"""认证设置 of a community."""

import pytest
from lxml import html

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from residents.models import Rules
from tests import make
from tests.residents.verification.test_review_list import told

CHOSEN = {"auto_pass": "off", "needs_id_number": "on", "identities": ["owner", "family"]}


@pytest.fixture
def client(sign_in, operator):
    return sign_in(operator)


def test_it_begins_with_the_defaults(client, community, url):
    page = html.fromstring(client.get(url("rules", community.pk)).content.decode())

    checked = page.xpath("//form[.//*[@name='auto_pass']]//input[@checked]/@value")
    assert checked == ["proven", "owner", "family", "tenant", "term_tenant"]
    assert "是否允许业主审核所属房间住户的申请" in page.text_content()
    assert not Rules.objects.exists()


def test_it_keeps_what_is_chosen(client, community, url):
    response = client.post(url("rules", community.pk), CHOSEN, follow=True)

    rules = Rules.objects.get(community=community)
    assert (rules.auto_pass, rules.needs_id_number) == ("off", True)
    assert (rules.identities, rules.tells_of_leases) == (["owner", "family"], False)
    assert "已保存。" in told(response)
    entry = AuditEntry.objects.get(action="rules.changed")
    assert entry.fields == ["auto_pass", "identities", "needs_id_number"]


def test_saving_the_same_again_changes_nothing(client, community, url):
    client.post(url("rules", community.pk), CHOSEN)

    response = client.post(url("rules", community.pk), CHOSEN, follow=True)

    assert "没有改动。" in told(response)
    assert AuditEntry.objects.filter(action="rules.changed").count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"identities": []}, "请至少保留一种可以申请的身份。"), ({"auto_pass": "x"}, "x")],
)
def test_what_makes_no_sense_is_refused(client, community, url, wrong, why):
    response = client.post(url("rules", community.pk), CHOSEN | wrong)

    assert response.status_code == 422
    assert why in told(response)
    assert not Rules.objects.exists()


def test_others_change_nothing(client, sign_in, account, community, url):
    far = make.community(account, "滨海小区")
    viewer = sign_in(make.operator(account, sections={Section.RESIDENTS: Level.VIEW}))

    assert client.post(url("rules", far.pk), CHOSEN).status_code == 404
    assert viewer.post(url("rules", community.pk), CHOSEN).status_code == 403
    assert not Rules.objects.exists()
