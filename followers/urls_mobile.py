"""The pages in WeChat. The door takes `account` out of the arguments."""

from django.urls import path

from followers.views import mobile

app_name = "mobile"
urlpatterns = [
    path("profile/", mobile.profile, name="profile"),
]
