"""The pages in WeChat. The door takes `account` out of the arguments."""

from django.urls import path

from followers.views import mobile, sign_in

app_name = "mobile"
urlpatterns = [
    path("profile/", mobile.profile, name="profile"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
]
