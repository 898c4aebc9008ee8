"""The four steps of a new account, as far as they are done."""

import pytest
from django.utils import timezone

from haina.accounts.permissions import Level, Section
from tests import make

pytestmark = pytest.mark.django_db

HERE = "/fengniao/overview/"


def steps_of(client) -> list:
    return client.get(HERE).context["steps"]


def test_each_step_is_done_when_its_rows_are_there(sign_in, account, creator, stranger):
    make.wechat(stranger.account, connected_at=timezone.now())
    client = sign_in(creator)
    done = [[step.is_done for step in steps_of(client)]]

    community = make.community(account)
    done.append([step.is_done for step in steps_of(client)])
    make.node(community, "A 1")
    done.append([step.is_done for step in steps_of(client)])
    make.node(community, "A 1 101")
    done.append([step.is_done for step in steps_of(client)])
    make.resident(community, "A 1 101")
    done.append([step.is_done for step in steps_of(client)])
    connection = make.wechat(account)
    done.append([step.is_done for step in steps_of(client)])

    assert [sum(each) for each in done] == [0, 1, 1, 2, 3, 3]
    assert done[-1] == [True, True, True, False]
    connection.connected_at = timezone.now()
    connection.save()
    assert steps_of(client) == []
    assert "四步开始使用" not in client.get(HERE).content.decode()


def test_a_step_leads_to_where_it_is_done(sign_in, account, creator):
    client = sign_in(creator)

    first, *waiting, last = steps_of(client)
    assert [step.url for step in waiting] == ["", ""]
    assert (first.is_next, last.is_next) == (True, False)

    community = make.community(account)
    for step in steps_of(client):
        assert client.get(step.url).status_code == 200
    assert [step.is_next for step in steps_of(client)] == [False, True, False, False]
    assert str(community.pk) in steps_of(client)[1].url


@pytest.mark.parametrize(
    ("sections", "allowed"),
    [
        ({Section.STAFF: Level.MANAGE}, [False, False, False, False]),
        ({Section.COMMUNITIES: Level.MANAGE}, [True, True, False, False]),
        ({Section.COMMUNITIES: Level.VIEW}, [False, False, False, False]),
        ({Section.RESIDENTS: Level.MANAGE}, [False, False, True, False]),
        ({Section.ADMINISTRATORS: Level.MANAGE}, [False, False, False, True]),
    ],
)
def test_a_step_without_its_right_has_no_button(sign_in, account, community, sections, allowed):
    client = sign_in(make.operator(account, sections=sections))

    steps, html = steps_of(client), client.get(HERE).content.decode()

    assert [step.is_allowed for step in steps] == allowed
    offered = [step.is_allowed and not step.is_done for step in steps]
    assert [f'href="{step.url}">{step.button}</a>' in html for step in steps] == offered


def test_the_import_needs_all_six_fields(sign_in, account, community):
    told = {"sections": {Section.RESIDENTS: Level.MANAGE}, "fields": {"phone": Level.VIEW}}

    assert not steps_of(sign_in(make.operator(account, **told)))[2].is_allowed


def test_what_is_outside_of_a_limit_is_not_done(sign_in, account, community):
    make.resident(community, "A 1 101")
    another = make.community(account, "深圳小区")
    sections = {Section.RESIDENTS: Level.MANAGE, Section.COMMUNITIES: Level.MANAGE}
    limited = make.operator(account, sections=sections, communities=(another,))

    steps = steps_of(sign_in(limited))

    assert [step.is_done for step in steps] == [True, False, False, False]
    assert all(str(another.pk) in step.url for step in steps[1:3])
