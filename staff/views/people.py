from django.views.decorators.http import require_GET

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import render_screen
from staff.models import Employee


@allow(Section.STAFF.view)
@require_GET
def employee_list(request):
    context = {"number": Employee.objects.within(request.scope).count()}
    return render_screen(request, "staff/list.html", context, fragment="table")
