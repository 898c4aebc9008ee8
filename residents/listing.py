"""Which residents a list shows, as its URL says, and which of them a bulk act means."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from communities.models import Community
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib.requests import number
from haina.lib.sealed import opened
from residents.filters import ResidentFilter
from residents.models import Import, Resident, ResidentQuerySet
from residents.places import Place, place_in


@dataclass(frozen=True)
class Listing:
    """A place, what the list is narrowed by there, and the import that it shows the rows of. With a
    refusal, or a date that cannot be read, it shows nobody."""

    place: Place
    filter: ResidentFilter
    batch: Import | None
    refusal: str = ""

    @property
    def residents(self) -> ResidentQuerySet:
        if self.refusal or self.filter.form.is_misread:
            return self.filter.qs.none()
        return self.filter.qs

    @property
    def narrows(self) -> bool:
        return bool(self.batch or self.filter.asked)

    @property
    def can_be_exported(self) -> bool:
        """Does it find other people than the place alone?"""
        return self.narrows and not self.filter.form.is_misread


class NoSuchImport(Http404):
    """The address names an import that is not there, or is outside the scope."""

    def __str__(self):
        return _("找不到这次导入，它可能已被删除，或不在您负责的小区里。列表没有按导入筛选。")


def listing(query: QueryDict, *, scope: Scope, rights: Rights, today: date) -> Listing | None:
    """The list in the state that a query string names; None while there is no community. 404 for
    places outside the scope, NoSuchImport for imports."""
    query = opened(query)
    place = place_in(query, scope=scope, rights=rights)
    if place is None:
        return None
    residents = Resident.objects.within(scope).living_in(place.node).for_list()
    batch = None
    if asked := query.get("import"):
        imports = Import.objects.within(scope).for_list()
        batch = imports.filter(pk=number(asked, 0)).first()
        if batch is None:
            raise NoSuchImport
        residents = residents.written_by(batch)
    return Listing(place, ResidentFilter(query, residents, rights=rights, today=today), batch)


@dataclass(frozen=True)
class Chosen:
    """Residents of one community, as they are whenever they are asked for."""

    community: Community
    residents: ResidentQuerySet

    @cached_property
    def pks(self) -> list[int]:
        return sorted(self.residents.order_by().values_list("pk", flat=True))

    @property
    def token(self) -> str:
        return token_of(self.pks)

    def again(self) -> "Chosen":
        return Chosen(self.community, self.residents.all())


def token_of(pks: Sequence[int]) -> str:
    """Says who was shown when somebody agreed, so that an act on others is noticed."""
    digest = hashlib.sha256(",".join(map(str, pks)).encode()).hexdigest()
    return f"{len(pks)}-{digest[:16]}"
