"""概览, under an account's slug."""

from django.urls import path

from haina.overview import views

app_name = "overview"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("clear/", views.clear, name="clear"),
    path("communities/", views.communities, name="communities"),
    path("communities/<int:pk>/", views.buildings, name="buildings"),
]
