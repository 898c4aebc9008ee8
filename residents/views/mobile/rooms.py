"""我的住所: one's rooms, proven or on the way."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from followers.access import FOLLOWER, colleague_of
from haina.accounts.access import allow
from haina.accounts.permissions import Rights, Section
from residents.models import Resident, VerificationApplication

State = VerificationApplication.State
TOLD = (State.DRAFT, State.PENDING, State.REJECTED, State.REVOKED)


@allow(FOLLOWER)
@require_GET
def home(request):
    residents = Resident.objects.belonging_to(request.follower).for_home()
    verified = [each for each in residents if each.verification == Resident.Verification.VERIFIED]
    lived_in = {each.room_id for each in verified}
    latest = VerificationApplication.objects.belonging_to(request.follower).latest_of_each_room()
    applications = [each for each in latest if each.state in TOLD and each.room_id not in lived_in]
    context = {"residents": residents, "applications": applications}
    context["reviews"] = may_review(request)
    return render(request, "mobile/home.html", context)


def may_review(request) -> bool:
    administrator = colleague_of(request)
    return bool(administrator) and Rights.of(administrator).cover(Section.RESIDENTS.manage)
