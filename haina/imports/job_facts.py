"""What the list of jobs tells of imports: numbers, and names of files and places as far as they may
be seen now."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.imports.importer import Importer, Words
from haina.imports.models import Import
from haina.imports.service import UNDO
from haina.imports.stages import figures_of
from haina.jobs.models import Job
from haina.jobs.queue import About


def about_imports(
    importer: Importer, jobs: Sequence[Job], scope: Scope, rights: Rights
) -> Mapping[int, About]:
    imports = importer.model.objects.within(scope).for_list()
    imports = imports.in_bulk({job.payload.get("import", 0) for job in jobs})
    return {
        job.pk: About(imported.file_name, imported.place, outcome_of(job, imported, importer.words))
        for job in jobs
        if (imported := imports.get(job.payload.get("import", 0)))
    }


def outcome_of(job: Job, imported: Import, words: Words) -> str:
    """What this job did: a plan is read by one, carried out by another, taken back by a third."""
    if job.kind == imported.KIND + UNDO:
        return _("已撤销这次导入") if job.state == Job.State.DONE else ""
    if job.result.get("state") == Import.State.PLANNED:
        return _("已生成方案，没有写入")
    figures = [figure for figure in figures_of(imported, words) if figure.number]
    told = _("，").join(f"{figure.label} {figure.number}" for figure in figures)
    return _("%s（已撤销）") % told if told and imported.state == Import.State.UNDONE else told
