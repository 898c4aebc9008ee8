from django.urls import path

from haina.trail import views

app_name = "trail"

urlpatterns = [
    path("", views.trail_list, name="list"),
    path("export/", views.trail_export, name="export"),
]
