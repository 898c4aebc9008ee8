"""What is searched for, by whom; and what was found."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from haina.accounts.audit import Actor
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.lib.text import tidy

LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """A text, and whose rights and scope bind what it finds. While somebody types, nothing is
    searched that has to be noted, and few are shown of each kind."""

    text: str
    slug: str
    rights: Rights
    scope: Scope
    by: Actor
    now: datetime
    most: int
    while_typing: bool = False

    @classmethod
    def of(cls, request, text: str, **how) -> "Asked":
        told = {"rights": request.rights, "scope": request.scope, "by": request.actor}
        return cls(tidy(text)[:LONGEST], request.account.slug, **told, **how)

    @property
    def is_enough(self) -> bool:
        """One letter or digit would find nearly everything; one Chinese character is a name."""
        return len(self.text) > 1 or not self.text.isascii()

    def sees(self, section: Section) -> bool:
        return self.rights.cover(section.view)

    def url(self, name: str, *args, **query) -> str:
        return reverse(name, args=[self.slug, *args], query=query or None)


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Found:
    """Rows of one kind: the first of them, where all of them are, and what else is to be said."""

    label: str
    hits: list[Hit] = field(default_factory=list)
    everywhere: list[Hit] = field(default_factory=list)
    note: str = ""
