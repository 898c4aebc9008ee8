"""The departments beside the list: opened by whoever sees the staff, changed by whoever manages all
of it, because the tree is the account's."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, next_url, posted, render_screen
from haina.lib.requests import number
from staff import departments
from staff.branches import Departments
from staff.forms import DepartmentForm
from staff.models import Department, Employee
from staff.places import list_url
from staff.refusals import DepartmentRefused


@allow(Section.STAFF.view)
@require_GET
def department_children(request, tree, pk):
    """What opens below a department."""
    parent = get_object_or_404(Department.objects.within(request.scope), tree_id=tree, pk=pk)
    found = Departments(request.scope)
    children = found.children(parent, found.heads(request.scope))
    context = {"parent": parent, "children": children, "here": list_url(request, only=())}
    return render_screen(request, "staff/tree.html", context, fragment="children")


@allow(Section.STAFF.manage.everywhere)
@require_GET
def department_menu(request, pk):
    """What can be done with a department. `next` is the page to come back to."""
    department = get_object_or_404(Department.objects.within(request.scope), pk=pk)
    context = {"department": department, "actions": actions_of(request, department)}
    return render_screen(request, "staff/department_menu.html", context, fragment="menu")


def actions_of(request, department: Department) -> list[dict]:
    back = {"next": back_url(request)}
    slug, pk = request.account.slug, department.pk
    add = reverse("staff:department_add", args=[slug], query=back | {"below": pk})
    edit = reverse("staff:department_edit", args=[slug, pk], query=back)
    delete = reverse("staff:department_delete", args=[slug, pk], query=back)
    edits = _("重命名") if department.is_root else _("重命名或移动")
    actions = [{"label": _("添加下级部门"), "url": add}, {"label": edits, "url": edit}]
    if not department.is_root:
        actions.append({"label": _("删除"), "url": delete, "danger": True})
    return actions


@allow(Section.STAFF.manage.everywhere)
@require_http_methods(["GET", "POST"])
def department_add(request):
    root = departments.root_of(request.account)
    initial = {"below": number(request.GET.get("below"), root.pk)}
    form = DepartmentForm(posted(request), initial=initial, scope=request.scope)

    def add(name, below, **told):
        departments.add(request.account, name, below=below, **told)
        return _("已添加部门“%s”。") % name

    return changed(request, _("添加部门"), form, add)


@allow(Section.STAFF.manage.everywhere)
@require_http_methods(["GET", "POST"])
def department_edit(request, pk):
    department = get_object_or_404(Department.objects.within(request.scope), pk=pk)
    initial = {"name": department.name, "below": department.parent_id}
    ask = {"scope": request.scope, "department": department}
    form = DepartmentForm(posted(request), initial=initial, **ask)

    def change(name, below=None, **told):
        departments.change(request.account, pk, name=name, below=below, **told)
        return _("已保存部门“%s”。") % name

    return changed(request, _("修改部门"), form, change)


def changed(request, title: str, form, change):
    """The form until it is right and the change was possible; then back, with what was done."""
    context = {"title": title, "form": form, "back": back_url(request)}
    if form.is_valid():
        try:
            told = change(**form.cleaned_data, by=request.actor, now=timezone.now())
        except DepartmentRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, told)
            return go(request, context["back"])
    status = REFUSED_FORM if request.method == "POST" else 200
    template = "staff/department_form.html"
    return render_screen(request, template, context, fragment="form", status=status)


@allow(Section.STAFF.manage.everywhere)
@require_http_methods(["GET", "POST"])
def department_delete(request, pk):
    department = get_object_or_404(Department.objects.within(request.scope), pk=pk)
    people = Employee.objects.within(request.scope).in_any([pk]).count()
    refusal = departments.fault_of_deleting(department.is_root, department.has_children, people)
    context = {"department": department, "refusal": refusal, "back": back_url(request)}
    if request.method == "POST":
        try:
            departments.delete(request.account, pk, by=request.actor, now=timezone.now())
        except DepartmentRefused as refused:
            context["refusal"] = refused
        else:
            messages.success(request, _("已删除部门“%s”。") % department.name)
            return go(request, past_gone(request))
    status = REFUSED_FORM if request.method == "POST" else 200
    template = "staff/department_delete.html"
    return render_screen(request, template, context, fragment="form", status=status)


def back_url(request) -> str:
    return next_url(request, list_url(request))


def past_gone(request) -> str:
    """A list that stood at the department which is gone stands at the company now."""
    return list_url(request, only=())
