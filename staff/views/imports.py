"""批量导入: the dialog that starts it, and the template."""

import secrets
from io import BytesIO

from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.imports import service
from haina.imports.forms import UploadForm
from haina.jobs import files
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from staff import services
from staff.imports.importer import contract_of
from staff.imports.template import FILE_NAME, write_template
from staff.models import Employee, StaffImport
from staff.places import list_url

WECOM = "https://work.weixin.qq.com/"  # where a company asks for more people


@allow(Section.STAFF.manage.everywhere)
@require_http_methods(["GET", "POST"])
def staff_import(request):
    once = {"once": secrets.token_hex(8)}
    form = UploadForm(posted(request), request.FILES or None, initial=once)
    if form.is_valid():
        asked = {"once": form.cleaned_data["once"], "by": request.actor, "now": timezone.now()}
        imported = StaffImport(account=request.account)
        imported = service.start(imported, form.cleaned_data["file"], **asked)
        page = reverse("staff:import_show", args=[request.account.slug, imported.pk])
        return go(request, page)
    context = {
        "form": form,
        "limit": services.limit_of(request.account),
        "number": Employee.objects.within(request.scope).count(),
        "wecom": WECOM,
        "back": list_url(request),
    }
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "staff/import.html", context, fragment="form", status=status)


@allow(Section.STAFF.manage.everywhere)
@require_GET
def staff_template(request):
    with files.workplace() as folder:
        path = folder / "template.xlsx"
        write_template(path, contract_of(request.account))
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=FILE_NAME)
