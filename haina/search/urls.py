from django.urls import path

from haina.search import views

app_name = "search"
urlpatterns = [
    path("", views.search, name="show"),
    path("ask/", views.ask, name="ask"),
    path("hits/", views.hits, name="hits"),
    path("keys/", views.keys, name="keys"),
]
