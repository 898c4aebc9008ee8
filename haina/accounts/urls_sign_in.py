"""The way in and out, and whatever a user has beside their accounts."""

from django.urls import path

from haina.accounts.views import (
    console,
    invited,
    language,
    scan,
    security,
    sign_in,
)

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="sign-in-code"),
    path("sign-in/security/", security.security, name="security"),
    path("sign-in/security/password/", security.change_password, name="security-password"),
    path("sign-in/security/set-up/", security.set_up, name="security-set-up"),
    path("sign-in/security/codes/", security.renew_codes, name="security-codes"),
    path("sign-in/security/switch-off/", security.switch_off, name="security-switch-off"),
    path("sign-in/scan/", scan.which_account, name="scan-which"),
    path("sign-in/scan/<slug:account>/", scan.scan_sign_in, name="scan-sign-in"),
    path("sign-in/token/", sign_in.csrf_token, name="csrf-token"),
    path("sign-in/language/", language.choose_language, name="choose-language"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("invited/", invited.invited, name="invited"),
    path("<slug:account>/", console.console, name="console"),
]
