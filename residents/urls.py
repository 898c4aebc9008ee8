from django.urls import path

from haina.imports.urls import routes
from residents.imports.importer import IMPORTER
from residents.views import (
    applications,
    bin,
    bulk,
    decisions,
    exports,
    imports,
    moves,
    people,
    person,
    personal,
    privacy,
    rooms,
    rules,
    tree,
)

PHONE, ID = {"field": "phone"}, {"field": "id_number"}

app_name = "residents"
urlpatterns = [
    path("", people.resident_list, name="list"),
    path("search/", people.resident_search, name="search"),
    path("add/", people.resident_add, name="add"),
    path("delete/", bulk.resident_delete_many, name="delete_many"),
    path("move/", bulk.resident_move, name="move"),
    path("bulk/<int:pk>/", bulk.bulk_job, name="bulk_job"),
    path("moves/<int:pk>/", moves.move_show, name="move_show"),
    path("moves/<int:pk>/undo/", moves.move_undo, name="move_undo"),
    path("bin/", bin.resident_bin, name="bin"),
    path("bin/search/", bin.bin_search, name="bin_search"),
    path("bin/restore/", bin.resident_restore, name="restore"),
    path("addresses/", tree.address_choices, name="address_choices"),
    path("tree/<int:community>/<int:node>/", tree.tree_children, name="tree_children"),
    path("map/<int:node>/", rooms.building_map, name="building_map"),
    path("rooms/<int:node>/", rooms.room, name="room"),
    path("rooms/<int:node>/poster/", rooms.room_poster, name="room_poster"),
    path("import/", imports.resident_import, name="import"),
    path("import/template/", imports.resident_template, name="template"),
    *routes(IMPORTER),
    path("applications/", applications.application_list, name="applications"),
    path("applications/search/", applications.application_search, name="applications_search"),
    path("applications/decide/", decisions.decide_many, name="decide_many"),
    path("applications/rules/<int:community>/", rules.rules_edit, name="rules"),
    path("applications/<int:pk>/", applications.application_show, name="application"),
    path("applications/<int:pk>/approve/", decisions.application_approve, name="approve"),
    path("applications/<int:pk>/reject/", decisions.application_reject, name="reject"),
    path(
        "applications/<int:pk>/reveal/phone/",
        privacy.application_reveal,
        PHONE,
        name="reveal_claimed_phone",
    ),
    path(
        "applications/<int:pk>/reveal/id-number/",
        privacy.application_reveal,
        ID,
        name="reveal_claimed_id_number",
    ),
    path("export/", exports.resident_export, name="export"),
    path("<int:pk>/edit/", people.resident_edit, name="edit"),
    path("<int:pk>/", person.resident_show, name="show"),
    path("<int:pk>/revoke/", decisions.resident_revoke, name="revoke"),
    path("<int:pk>/delete/", bulk.resident_delete, name="delete"),
    path("<int:pk>/reveal/phone/", privacy.resident_reveal, PHONE, name="reveal_phone"),
    path("<int:pk>/reveal/id-number/", privacy.resident_reveal, ID, name="reveal_id_number"),
    path("<int:pk>/personal/export/", personal.personal_export, name="personal_export"),
    path("<int:pk>/personal/erase/", personal.personal_erase, name="personal_erase"),
    path("<int:community>/owners-review/", tree.owners_review, name="owners_review"),
]
