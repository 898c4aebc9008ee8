from django.urls import path

from haina.imports.urls import routes
from staff.imports.importer import IMPORTER
from staff.views import corp, departments, exports, imports, people, person, removing, sync

app_name = "staff"
urlpatterns = [
    path("", people.employee_list, name="list"),
    path("search/", people.employee_search, name="search"),
    path("add/", people.employee_add, name="add"),
    path("delete/", removing.employee_delete_many, name="delete_many"),
    path("tree/<int:tree>/<int:pk>/", departments.department_children, name="tree_children"),
    path("departments/add/", departments.department_add, name="department_add"),
    path("departments/<int:pk>/", departments.department_edit, name="department_edit"),
    path("departments/<int:pk>/menu/", departments.department_menu, name="department_menu"),
    path("departments/<int:pk>/delete/", departments.department_delete, name="department_delete"),
    path("sync/", sync.sync, name="sync"),
    path("sync/confirm/", sync.sync_confirm, name="sync_confirm"),
    path("sync/drop/", sync.sync_drop, name="sync_drop"),
    path("sync/retry/", sync.sync_retry, name="sync_retry"),
    path("import/", imports.staff_import, name="import"),
    path("import/template/", imports.staff_template, name="template"),
    *routes(IMPORTER),
    path("export/", exports.staff_export, name="export"),
    path("<int:pk>/", person.employee_show, name="show"),
    path("<int:pk>/edit/", people.employee_edit, name="edit"),
    path("<int:pk>/delete/", removing.employee_delete, name="delete"),
    path("<int:pk>/retry/", person.employee_retry, name="retry"),
    path("<int:pk>/phone/", person.employee_reveal, name="reveal"),
    path("corp/", corp.corp, name="corp"),
    path("corp/check/", corp.corp_check, name="corp_check"),
    path("corp/change/", corp.corp_change, name="corp_change"),
    path("corp/install/", corp.corp_install, name="corp_install"),
    path("corp/installed/", corp.corp_installed, name="corp_installed"),
]
