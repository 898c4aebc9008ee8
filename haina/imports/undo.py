"""Takes an import back. What that means for what it wrote, says the importer."""

from datetime import datetime

from haina.accounts import audit
from haina.imports.importer import Importer
from haina.imports.models import Import
from haina.imports.refusals import Refusal


def take_back(importer: Importer, imported: Import, *, by: audit.Actor, now: datetime) -> bool:
    """Undo the import inside the caller's transaction; False if it is not (any more) applied. What
    could not be undone is listed in the row, and why."""
    try:
        importer.lock(imported)
    except Refusal:
        return False
    imports = importer.model.objects.select_for_update()
    applied = imports.filter(pk=imported.pk, state=Import.State.APPLIED)
    if not applied.exists():
        return False
    audit.explain("import.undone", by=by, **{"import": imported.pk})
    left = importer.undo(imported, by=by, now=now)
    applied.update(state=Import.State.UNDONE, undone_at=now, undone_by=by.label, not_undone=left)
    audit.record("import.undone", [imported], by=by, at=now, account_id=imported.account_id)
    return True
