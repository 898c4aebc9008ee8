from functools import partial

from django.urls import URLPattern, path

from haina.accounts.access import allow
from haina.accounts.permissions import Right
from haina.imports import views
from haina.imports.importer import Importer


def routes(importer: Importer) -> list[URLPattern]:
    """The pages of an app's imports, for its own urls.py: 导入记录 and whatever leads on from it.
    The dialog and the template are the app's."""

    def door(need: Right, view):
        return allow(need)(partial(view, importer=importer))

    look, act = importer.look, importer.act
    return [
        path("import/job/<int:pk>/", door(act, views.import_job), name="import_job"),
        path("imports/", door(look, views.import_list), name="imports"),
        path("imports/<int:pk>/", door(look, views.import_show), name="import_show"),
        path("imports/<int:pk>/decide/", door(act, views.import_decide), name="import_decide"),
        path("imports/<int:pk>/drop/", door(act, views.import_drop), name="import_drop"),
        path("imports/<int:pk>/undo/", door(act, views.import_undo), name="import_undo"),
        path("imports/<int:pk>/errors/", door(act, views.import_errors), name="import_errors"),
    ]
