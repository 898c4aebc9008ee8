"""Row history as people read it: who changed what of one row, when and why. The rows are
django-pghistory's, written by triggers; who and why is what audit.explain() said."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PAGE = 20  # entries
WITHOUT_WORDS = {  # written past audit.explain(), such as by hand
    "insert": gettext_lazy("新增"),
    "update": gettext_lazy("修改"),
    "delete": gettext_lazy("删除"),
}


BY_ITSELF = "beat"  # who is named as the actor of what nobody asked for


def actor_name(label: str) -> str:
    """Who it was, as people read it."""
    return _("系统") if label in ("", BY_ITSELF) else label


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One write of the row. `import_pk` names the import that it was part of."""

    at: datetime
    action: str
    actor: str
    changes: Sequence[Change]
    import_pk: int | None = None


def entries(
    events: Sequence,
    *,
    older,
    actions: Mapping[str, str],
    changes: Callable[[object, object], Sequence[Change]],
) -> list[Entry]:
    """Events of one row, newest first; `older` is the one before the last of them."""
    before = [*events[1:], older][: len(events)]
    return [
        entry(event, actions, changes(event, past))
        for event, past in zip(events, before, strict=True)
    ]


def entry(event, actions: Mapping[str, str], changes: Sequence[Change]) -> Entry:
    why = event.pgh_context or {}
    return Entry(
        at=event.pgh_created_at,
        action=str(actions.get(why.get("action")) or WITHOUT_WORDS[event.pgh_label]),
        actor=actor_name(why.get("actor", "")),
        changes=changes,
        import_pk=why.get("import"),
    )


def differing(event, past, names: Iterable[str]) -> Iterator[str]:
    """What is different from the row before. Of a deletion nothing is, and of a restoration only
    what differs from what was deleted."""
    for name in names:
        old, new = (getattr(past, name) if past else None), getattr(event, name)
        if (old or new) and old != new:
            yield name


def told_since(events, labels: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """For each column who changed it last, if the latest events tell, and what it is now."""
    latest, told = list(events.order_by("-pgh_id")[:PAGE]), {}
    for name, label in labels.items():
        names = {"who": last_to_change(name, latest), "label": label}
        names |= {"now": now[name] or _("空白")}
        told[name] = _("您打开表单后，%(who)s修改了%(label)s，现在是“%(now)s”。") % names
    return told


def last_to_change(name: str, events: Collection) -> str:
    for event, past in pairwise(events):
        if getattr(event, name) != getattr(past, name):
            return actor_name((event.pgh_context or {}).get("actor", ""))
    return _("有人")
