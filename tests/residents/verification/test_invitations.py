"""Whom owners invite, and how often and how long an invitation leads anywhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from residents import removal
from residents.models import Invitation, Resident, VerificationApplication
from residents.verification import applications, decisions, invitations
from tests import make
from tests.together import together

BY = Actor("业主")
Identity = Resident.Identity


@pytest.fixture
def owner(community):
    return make.verified(make.resident(community, name="张三"), make.follower(community.account))


def invite(owner, identity="family", now=None) -> str:
    by = Actor("业主", account_id=owner.community.account_id)
    return invitations.invite(owner, identity, by=by, now=now or timezone.now())


def submitted(invitation, community, **claimed) -> VerificationApplication:
    follower = make.follower(community.account)
    claimed = {"name": "李四", "identity": "family", "invitation": invitation} | claimed
    return make.application(community, follower, **claimed)


def test_the_token_is_told_once_and_kept_hashed(owner, account):
    now = timezone.now()

    token = invite(owner, now=now)

    row = Invitation.objects.get()
    assert (row.resident, row.identity, row.uses_left) == (owner, "family", 5)
    assert row.expires_at == now + timedelta(days=3)
    assert token.encode() not in bytes(row.digest)
    assert len(token) == 32
    assert invitations.found(token, account, now=now) == row
    entry = AuditEntry.objects.get(action="invitation.made")
    assert (entry.actor, entry.ids, entry.account) == ("业主", [row.pk], account)


@pytest.mark.parametrize("identity", ["owner", "", "nobody"])
def test_nobody_is_invited_as_an_owner(owner, identity):
    with pytest.raises(invitations.NotAnIdentity):
        invite(owner, identity)

    assert not Invitation.objects.exists()


def test_the_community_says_as_what_somebody_may_apply(owner, community):
    make.rules(community, identities=["owner", "family"])

    assert invitations.identities_for(owner) == ["family"]
    with pytest.raises(invitations.NotAnIdentity):
        invite(owner, "tenant")


def unverify(owner):
    Resident.objects.filter(pk=owner.pk).update(verification="unverified")


def make_family(owner):
    Resident.objects.filter(pk=owner.pk).update(identity="family")


def revoke(owner):
    decisions.revoke(owner, reason="已售出", by=BY, now=timezone.now())


def block(owner):
    follower = owner.binding.follower
    follower.blocked = True
    follower.save()


def remove(owner):
    removal.remove(owner.community, [owner.pk], by=BY, now=timezone.now())


NO_OWNERS = [unverify, make_family, revoke, block, remove]


@pytest.mark.parametrize("become", NO_OWNERS)
def test_only_owners_invite(owner, become):
    become(owner)

    with pytest.raises(invitations.NotAnOwner):
        invite(owner)


@pytest.mark.parametrize("become", NO_OWNERS)
def test_the_invitations_of_who_is_no_owner_any_more_lead_nowhere(
    owner, community, account, become
):
    community.owners_review = True
    community.save()
    token = invite(owner)
    invitation = Invitation.objects.get()
    begun = make.draft(
        community, make.follower(account), name="李四", identity="family", invitation=invitation
    )

    become(owner)
    done = applications.submit(begun, proven=True, by=BY, now=timezone.now())

    assert invitations.found(token, account, now=timezone.now()) is None
    assert (done.state, done.invitation) == ("pending", None)


def test_five_are_open_at_most(owner):
    now = timezone.now()
    for _ in range(5):
        invite(owner, now=now)

    with pytest.raises(invitations.TooManyOpen):
        invite(owner, now=now)
    invitations.end(Invitation.objects.first(), by=BY, now=now)

    assert invite(owner, now=now)


def test_eight_at_once_make_five(transactional_db, owner):
    def one(_number):
        try:
            return bool(invite(owner))
        except invitations.TooManyOpen:
            return False

    assert sum(together(one, range(8))) == 5
    assert Invitation.objects.count() == 5


@pytest.mark.parametrize("text", ["", "x", "ä", "../..", "0" * 500])
def test_a_wrong_token_opens_nothing(owner, account, text):
    invite(owner)

    assert invitations.found(text, account, now=timezone.now()) is None


def test_a_token_opens_nothing_in_another_account(owner):
    token = invite(owner)

    assert invitations.found(token, make.account("other"), now=timezone.now()) is None


def test_after_three_days_it_is_over(owner, account, community):
    then = timezone.now() - timedelta(days=3, seconds=1)
    token = invite(owner, now=then)

    assert invitations.found(token, account, now=then + timedelta(days=2))
    assert invitations.found(token, account, now=timezone.now()) is None


def test_an_ended_one_is_over_and_stays_on_the_applications(owner, account, community):
    token = invite(owner)
    invitation = Invitation.objects.get()
    application = submitted(invitation, community)

    assert invitations.end(invitation, by=BY, now=timezone.now())
    assert not invitations.end(invitation, by=BY, now=timezone.now())

    application.refresh_from_db()
    assert application.invitation == invitation
    assert invitations.found(token, account, now=timezone.now()) is None
    assert AuditEntry.objects.filter(action="invitation.ended").count() == 1


def test_it_serves_for_five(owner, account, community):
    token = invite(owner)
    invitation = Invitation.objects.get()

    done = [submitted(invitation, community) for _ in range(6)]

    assert [each.invitation for each in done] == [invitation] * 5 + [None]
    assert invitations.found(token, account, now=timezone.now()) is None


def test_eight_at_once_use_it_five_times(transactional_db, owner, community, account):
    community.owners_review = True
    community.save()
    invite(owner)
    invitation = Invitation.objects.get()
    drafts = [
        make.draft(
            community, make.follower(account), name="李四", identity="family", invitation=invitation
        )
        for _ in range(8)
    ]
    by = Actor("申请人", account_id=account.pk)

    def one(begun):
        return applications.submit(begun, proven=True, by=by, now=timezone.now()).state

    assert sorted(together(one, drafts)) == ["approved"] * 5 + ["pending"] * 3
    invitation.refresh_from_db()
    assert invitation.uses_left == 0


def test_it_vouches_for_no_other_room(owner, community, account):
    """Such as after the company moved the owner."""
    community.owners_review = True
    community.save()
    invite(owner)

    done = submitted(Invitation.objects.get(), community, address="A 1 102")

    assert (done.state, done.invitation) == ("pending", None)


def test_it_vouches_where_owners_review(owner, community):
    community.owners_review = True
    community.save()
    invite(owner)

    done = submitted(Invitation.objects.get(), community)

    assert (done.state, done.way) == ("approved", "owner")
    assert done.decided_by == f"业主 (住户 #{owner.pk})"


@pytest.mark.parametrize("with_review", [True, False])
def test_where_owners_do_not_review_it_only_marks(owner, community, with_review):
    community.owners_review = with_review
    community.save()
    invite(owner)

    done = submitted(Invitation.objects.get(), community, proven=not with_review)

    assert (done.state, done.way) == ("pending", "")
    assert done.invitation is not None


def test_it_goes_with_the_owner_and_the_applications_stay(owner, community):
    invite(owner)
    application = submitted(Invitation.objects.get(), community)

    removal.remove(community, [owner.pk], by=BY, now=timezone.now())

    application.refresh_from_db()
    assert application.invitation is None
    assert not Invitation.objects.exists()
