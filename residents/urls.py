from django.urls import path

from residents.views import exports, imports, people, privacy, tree

PHONE, ID = {"field": "phone"}, {"field": "id_number"}

app_name = "residents"
urlpatterns = [
    path("", people.resident_list, name="list"),
    path("add/", people.resident_add, name="add"),
    path("delete/", people.resident_delete_many, name="delete_many"),
    path("addresses/", tree.address_choices, name="address_choices"),
    path("tree/<int:community>/<int:node>/", tree.tree_children, name="tree_children"),
    path("import/", imports.resident_import, name="import"),
    path("import/template/", imports.resident_template, name="template"),
    path("import/<int:pk>/", imports.import_job, name="import_job"),
    path("export/", exports.resident_export, name="export"),
    path("<int:pk>/edit/", people.resident_edit, name="edit"),
    path("<int:pk>/delete/", people.resident_delete, name="delete"),
    path("<int:pk>/reveal/phone/", privacy.resident_reveal, PHONE, name="reveal_phone"),
    path("<int:pk>/reveal/id-number/", privacy.resident_reveal, ID, name="reveal_id_number"),
    path("<int:community>/owners-review/", tree.owners_review, name="owners_review"),
]
