"""Who can be sent a test message: the visitor's followers, by the names that they may see."""

from django.utils import timezone

from followers.models import Follower
from followers.names import Viewer, matching, named, refusal
from haina.accounts.permissions import Section

SHOWN = 10


class FollowersOfTheAccount:
    def found(self, request, text: str) -> list[tuple[int, str]]:
        viewer = Viewer(request.rights, request.scope)
        followers = reachable(request)
        if text and refusal(text, viewer, by=request.actor, now=timezone.now()):
            followers = followers.none()
        elif text:
            followers = matching(followers, text, viewer)
        shown = list(followers.order_by("-subscribed_at", "-pk")[:SHOWN])
        names = named(shown, viewer)
        return [(each.pk, names[each.pk].name) for each in shown]

    def openid(self, request, number: int) -> str | None:
        found = reachable(request).filter(pk=number)
        return found.values_list("openid", flat=True).first()


def reachable(request):
    """Who follows and is not blocked; nobody for whom followers are not to be seen."""
    if not request.rights.cover(Section.FOLLOWERS.view):
        return Follower.objects.none()
    return Follower.objects.within(request.scope).filter(subscribed=True, blocked=False)
