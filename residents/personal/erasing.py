"""Taking away for good what is held about a person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction

from followers.services import forget_names
from haina.accounts import audit
from haina.accounts.scope import Scope
from haina.jobs.files import discard
from haina.jobs.models import Job
from haina.lib.locks import Lock, hold
from residents.bound import bound_to_nobody_else
from residents.history import forget
from residents.models import Import, Person, RemovedResident, Resident, VerificationApplication
from residents.personal.held import MODEL, Held, applications_of, held_of
from residents.tasks import EXPORT
from residents.verification import notices


@transaction.atomic
def erase(
    person: Person,
    pks: Collection[int],
    *,
    scope: Scope,
    by: audit.Actor,
    now: datetime,
    reason: str,
) -> list[int]:
    """Remove the chosen rows for good: from the list, the recycle bin and the row history, and the
    files that may hold them; also what is noted of them as followers. The trail keeps the numbers
    and the reason. What was erased."""
    chosen = [each for each in held_of(person, scope) if each.pk in pks]
    communities = sorted({each.person.community_id for each in chosen})
    for community in communities:
        hold(Lock.COMMUNITY, community)
    numbers = sorted(each.pk for each in chosen)
    if numbers:
        audit.explain("resident.erased", by=by)
        forget_rows(numbers, chosen, scope=scope)
        forget_files(communities, chosen, scope=scope, now=now)
        told = {"by": by, "at": now, "account_id": scope.account_id, "reason": reason}
        audit.record_ids("resident.erased", MODEL, numbers, **told)
    return numbers


def forget_rows(numbers: Sequence[int], chosen: Sequence[Held], *, scope: Scope) -> None:
    """What every table says of them."""
    forget_names(scope.account_id, bound_to_nobody_else(numbers))
    submitted = [each.pk for each in applications_of(chosen, scope)]
    VerificationApplication.objects.within(scope).filter(pk__in=submitted).delete()
    notices.forget(numbers)
    Resident.objects.within(scope).filter(pk__in=numbers).delete()
    RemovedResident.objects.within(scope).filter(pk__in=numbers).delete()
    forget(numbers)


def forget_files(
    communities: Sequence[int], chosen: Sequence[Held], *, scope: Scope, now: datetime
) -> None:
    """Uploads, previews and exports live for a day, error workbooks for a week, and only opening
    them would tell whom they hold: all of them go, and what imports say of their sheets."""
    imports = Import.objects.filter(community__in=communities)
    planned = imports.filter(state=Import.State.PLANNED)
    planned.update(state=Import.State.DROPPED, decided_at=now)
    imports.update(preview="", notes=[], problems=[])
    for name in {each.person.name for each in chosen}:
        imports.filter(file_name__contains=name).update(file_name="")

    jobs = Job.objects.filter(account=scope.account_id, kind__startswith="residents.")
    for pk in jobs.exclude(state__in=Job.OVER).filter(kind=EXPORT).values_list("pk", flat=True):
        jobs.cancel(pk, now=now)
    of_jobs = jobs.values_list("upload", "output")
    of_imports = imports.values_list("upload", "errors")
    discard(set(chain.from_iterable(chain(of_jobs, of_imports))) - {None})
