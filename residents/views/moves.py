"""What became of a move: said when it is done, taken back by 撤销, shown with whoever stayed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from communities.models import BuildingNode
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs import queue
from haina.lib.htmx import go, next_url, render_screen
from residents.bulk import HEAVY, MOST_AT_ONCE, MOVE_BACK
from residents.models import Move, RemovedResident, Resident
from residents.moving import Moved
from residents.moving_back import CHANGED, REMOVED, ROOM_GONE, TAKEN, AlreadyBack, move_back
from residents.places import list_url
from residents.tables import described

MOST_SHOWN = 50
REASONS = {
    CHANGED: gettext_lazy("移动之后有人修改过，保持原样"),
    REMOVED: gettext_lazy("移动之后已被删除"),
    ROOM_GONE: gettext_lazy("原房间已被删除"),
    TAKEN: gettext_lazy("原房间已有使用相同手机号的住户"),
}


def say_moved(request, moved: Moved) -> None:
    """The message has 撤销, as that of a deletion."""
    if not moved.count:
        messages.warning(request, _("所选住户原来就在该房间，没有改动。"))
        return
    told = _("已移动 %d 位住户。") % moved.count
    if moved.already:
        told += _("另有 %d 位原来就在该房间。") % moved.already
    query = {"next": list_url(request)}
    undo = reverse("residents:move_undo", args=[request.account.slug, moved.move.pk], query=query)
    messages.success(request, told, extra_tags=undo)


@allow(Section.RESIDENTS.manage)
@require_GET
def move_show(request, pk):
    moves = Move.objects.within(request.scope).select_related("community")
    move = get_object_or_404(moves, pk=pk)
    context = {"back": list_url(request, community=move.community_id)} | move_context(request, move)
    return render_screen(request, "residents/move_show.html", context, fragment="move")


@allow(Section.RESIDENTS.manage)
@require_POST
def move_undo(request, pk):
    """At once, or as a job when they are many. Pressed twice, the second finds it done."""
    if "address" in request.rights.locked_fields:
        raise PermissionDenied
    move = get_object_or_404(Move.objects.within(request.scope), pk=pk)
    many = len(move.resident_ids)
    if many > MOST_AT_ONCE and move.undone_at is None:
        told = {"move": move.pk, "community": move.community_id, "total": many}
        job = queue.put(MOVE_BACK, told, by=request.actor, key=request.id, heavy=many > HEAVY)
        return go(request, reverse("residents:bulk_job", args=[request.account.slug, job.pk]))
    back = next_url(request, list_url(request, community=move.community_id))
    try:
        move = move_back(move, by=request.actor, now=timezone.now())
    except AlreadyBack as refusal:
        messages.warning(request, str(refusal))
        return go(request, back)
    if move.not_undone:
        return go(request, reverse("residents:move_show", args=[request.account.slug, move.pk]))
    messages.success(request, _("已将 %d 位住户移回原房间。") % move.returned)
    return go(request, back)


def move_context(request, move: Move) -> dict:
    """What became of a move, and who stayed with why, as far as the visitor may see them."""
    rights, left = request.rights, move.not_undone[:MOST_SHOWN]
    rooms = BuildingNode.objects.within(request.scope).filter(pk=move.room_id)
    shows = "address" not in rights.hidden_fields
    told = move.undone_at is None and timezone.now() - move.created_at <= Move.KEPT
    return {
        "move": move,
        "room": rooms.first() if shows else None,
        "may_undo": told and "address" not in rights.locked_fields,
        "stayed": lines_of(request, {each["resident"]: REASONS[each["why"]] for each in left}),
        "more_stayed": len(move.not_undone) - len(left),
    }


def lines_of(request, reasons: dict) -> list[tuple[int, str, str]]:
    """The pk, the resident in one line, and why; of who is gone for good only the last."""
    found = {}
    for model in (RemovedResident, Resident):
        found |= model.objects.within(request.scope).for_list().in_bulk(list(reasons))
    return [
        (pk, described(found[pk], rights=request.rights) if pk in found else "", why)
        for pk, why in reasons.items()
    ]
