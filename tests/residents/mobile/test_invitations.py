"""An owner's invitation, from the button to the form of whoever opens it."""

import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from followers.models import Follower
from haina.wechat import oauth
from residents.models import Invitation, Resident, VerificationApplication
from tests import make
from tests.architecture.world import body
from tests.residents.mobile.conftest import Visitor, text_of

LINK = re.compile(r"http://testserver/m/fengniao/(invited/\?t=[\w-]{32})")


@pytest.fixture
def owner(community, follower) -> Resident:
    return make.verified(make.resident(community, name="张三"), follower)


@pytest.fixture
def path(owner) -> str:
    return f"rooms/{owner.pk}/invite/"


@pytest.fixture
def guest(account) -> Visitor:
    return Visitor(account, make.follower(account).openid)


def invited(phone, path, identity="family") -> str:
    """The path of a new invitation's link."""
    answer = phone.post(path, {"identity": identity})
    return LINK.search(answer.content.decode())[1]


def test_an_owner_is_shown_a_code_and_a_link(phone, path):
    answer = phone.post(path, {"identity": "tenant"})

    html = answer.content.decode()
    row = Invitation.objects.get()
    assert row.identity == "tenant"
    assert "邀请长期租客" in text_of(answer)
    assert 'src="data:image/png;base64,' in html
    token = LINK.search(html)[1].split("=")[1]
    assert token not in phone.get(path).content.decode()


def test_whoever_opens_it_finds_room_and_identity_chosen(phone, path, guest, claimed, account):
    link = invited(phone, path)
    opened = guest.get(link)

    assert opened.status_code == 200
    assert "腾讯小区 A 1 101" in text_of(opened)
    assert 'value="family"' in opened.content.decode()
    assert 'value="owner"' not in opened.content.decode()

    guest.post(link, claimed | {"name": "李四", "identity": "family"})

    done = VerificationApplication.objects.get()
    assert (done.identity, done.address, done.state) == ("family", "A 1 101", "pending")
    assert done.invitation == Invitation.objects.get()
    assert done.invitation.uses_left == 4


def test_nobody_becomes_an_owner_by_it(phone, path, guest, claimed):
    link = invited(phone, path)

    answer = guest.post(link, claimed | {"identity": "owner"})

    assert answer.status_code == 422
    assert not VerificationApplication.objects.exists()


def test_who_does_not_follow_is_asked_to(phone, path, account):
    link = invited(phone, path)
    gone = make.follower(account, subscribed=False)

    for openid in (gone.openid, "oNobody"):
        answer = Visitor(account, openid).get(link)
        assert answer.status_code == 403
        assert "关注" in text_of(answer)
        assert "A 1 101" not in text_of(answer)


def test_what_is_over_and_what_never_was_look_the_same(phone, path, guest, account):
    over, ended, used, good = (invited(phone, path) for _ in range(4))
    rows = list(Invitation.objects.order_by("pk"))
    Invitation.objects.filter(pk=rows[0].pk).update(expires_at=timezone.now())
    phone.post(f"{path}{rows[1].pk}/end/")
    Invitation.objects.filter(pk=rows[2].pk).update(uses_left=0)
    never = f"invited/?t={'x' * 32}"

    answers = [guest.get(link) for link in (over, ended, used, never, good[:-1], "invited/")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1
    assert "A 1 101" not in text_of(answers[0])
    assert guest.get(good).status_code == 200


def test_what_is_over_takes_no_form(phone, path, guest, claimed):
    link = invited(phone, path)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answer = guest.post(link, claimed | {"identity": "family"})

    assert answer.status_code == 404
    assert not VerificationApplication.objects.exists()


def test_the_way_through_wechat_leads_back_to_the_link(phone, path, account):
    link = f"/m/fengniao/{invited(phone, path)}"

    assert oauth.safe(link, account) == link


def test_nobody_uses_it_twice_for_the_same(phone, path, guest, claimed):
    link = invited(phone, path)
    said = claimed | {"name": "李四", "identity": "family"}
    guest.post(link, said)

    again = guest.post(link, said, follow=True)

    assert "正在审核中" in text_of(again)
    assert Invitation.objects.get().uses_left == 4
    assert VerificationApplication.objects.count() == 1


def test_a_proven_guest_passes_by_the_owner(phone, path, guest, claimed, community, owner):
    community.owners_review = True
    community.save()
    make.application(
        community, Follower.objects.get(openid=guest.openid), "A 1 109", phone="+8618124768126"
    )

    guest.post(invited(phone, path), claimed | {"name": "李四", "identity": "family"})

    done = VerificationApplication.objects.get(address="A 1 101")
    assert (done.state, done.way) == ("approved", "owner")
    assert done.decided_by == f"业主 (住户 #{owner.pk})"
    assert "李* 家属 已认证" in text_of(phone.get(f"rooms/{owner.pk}/"))


def test_who_corrects_a_rejected_application_is_still_invited(phone, path, guest, claimed):
    said = claimed | {"name": "李四", "identity": "family"}
    guest.post(invited(phone, path), said)
    VerificationApplication.objects.update(state="rejected", decided_at=timezone.now())
    first = VerificationApplication.objects.get()
    again = f"apply/{first.community_id}/{first.room_id}/?from={first.pk}"

    assert 'value="owner"' not in guest.get(again).content.decode()
    guest.post(again, said | {"name": "李思"})

    corrected = VerificationApplication.objects.exclude(pk=first.pk).get()
    assert (corrected.name, corrected.invitation) == ("李思", first.invitation)


def test_its_token_is_in_no_log(phone, path, guest, claimed, caplog):
    link = invited(phone, path)
    token = link.split("=")[1]
    with caplog.at_level(logging.INFO):
        assert guest.post(link, claimed | {"name": ""}).status_code == 422
        phone.post(f"{path}{Invitation.objects.get().pk}/end/")
        assert guest.get(link).status_code == 404

    assert "/m/fengniao/invited/" in caplog.text
    assert token not in caplog.text
    assert token not in urlsplit(link).path  # all that gunicorn is told to write of an address


def test_another_accounts_token_opens_nothing(phone, path, claimed):
    link = invited(phone, path)
    other = make.account("other")
    make.wechat(other)
    visitor = Visitor(other, make.follower(other).openid)

    assert visitor.client.get(f"/m/other/{link}").status_code == 404
    assert visitor.client.post(f"/m/other/{link}", claimed).status_code == 404
    assert not VerificationApplication.objects.exists()


def test_open_ones_are_listed_and_can_be_ended(phone, path):
    invited(phone, path)
    invitation = Invitation.objects.get()

    assert "还可使用 5 次" in text_of(phone.get(path))
    answer = phone.client.post(f"/m/fengniao/{path}{invitation.pk}/end/", follow=True)

    assert "邀请已结束" in text_of(answer)
    assert "还可使用" not in text_of(answer)


def test_nobody_ends_the_invitations_of_others(phone, path, guest, community, account):
    invited(phone, path)
    invitation = Invitation.objects.get()
    neighbour = make.verified(
        make.resident(community, name="李四"), Follower.objects.get(openid=guest.openid)
    )

    for pk in (neighbour.pk, neighbour.pk + 1, invitation.resident_id):
        assert guest.post(f"rooms/{pk}/invite/{invitation.pk}/end/").status_code == 404
    invitation.refresh_from_db()
    assert invitation.expires_at > timezone.now()


@pytest.mark.parametrize(
    "change", [{"identity": "family"}, {"verification": "expired"}, {"verification": "unverified"}]
)
def test_only_verified_owners_find_the_page(phone, path, owner, change):
    Resident.objects.filter(pk=owner.pk).update(**change)

    assert phone.get(path).status_code == 404
    assert phone.post(path, {"identity": "family"}).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("said", [{}, {"identity": ""}, {"identity": "owner"}, {"identity": "x"}])
def test_another_identity_is_refused(phone, path, said):
    answer = phone.post(path, said)

    assert answer.status_code == 422
    assert "请选择邀请的人是您的家属还是租客" in text_of(answer)
    assert not Invitation.objects.exists()


def test_the_sixth_is_refused(phone, path):
    for _ in range(5):
        invited(phone, path)

    answer = phone.post(path, {"identity": "family"})

    assert answer.status_code == 422
    assert "最多同时有 5 个有效的邀请" in text_of(answer)


def test_owners_cannot_use_their_own(phone, path):
    link = invited(phone, path)

    assert "您已是该房间的认证住户" in text_of(phone.get(link))
