"""One of one's rooms: who is registered there, and moving out of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from followers.access import FOLLOWER
from haina.accounts.access import allow
from haina.accounts.audit import Actor
from residents.models import Resident
from residents.services import ResidentGone
from residents.verification import households, owners


@allow(FOLLOWER)
@require_GET
def room(request, pk):
    resident = own(request, pk)
    context = {
        "resident": resident,
        "members": households.members_of(resident),
        "is_owner": owners.is_owner(resident),
        "waiting": owners.waiting_for(resident),
    }
    return render(request, "mobile/room.html", context)


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def leave(request, pk):
    resident = own(request, pk)
    if request.method == "GET":
        return render(request, "mobile/leave.html", {"resident": resident})
    by = Actor.in_wechat("住户", request)
    try:
        households.leave(resident, request.follower, by=by, now=timezone.now())
    except ResidentGone:
        raise Http404 from None
    messages.success(request, left(resident))
    return redirect("mine:home", request.account.slug)


def left(resident: Resident) -> str:
    told = _("您已搬离 %(room)s。如果不是您的本意，请在30天内联系物业管理处%(phone)s恢复登记。")
    phone = f" {resident.community.phone}" if resident.community.phone else ""
    return told % {"room": f"{resident.community.name} {resident.address}", "phone": phone}


def own(request, pk: int) -> Resident:
    """Whom the visitor has proven to be, verified or not (any more)."""
    residents = Resident.objects.belonging_to(request.follower)
    residents = residents.select_related("room", "community").defer("id_number")
    return get_object_or_404(residents, pk=pk)
