from django.urls import path

from haina.accounts.views import console, sign_in

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/token/", sign_in.csrf_token, name="csrf-token"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("<slug:account>/", console.first_section, name="console"),
]
