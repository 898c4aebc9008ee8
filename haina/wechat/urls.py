"""公众号设置, under an account's slug."""

from django.urls import path

from haina.wechat.models import Template
from haina.wechat.views import settings, templates

app_name = "official"
urlpatterns = [
    path("", settings.settings, name="settings"),
    path("check/", settings.check, name="check"),
]
for purpose in Template.Purpose.values:
    urlpatterns += [
        path(f"{purpose}/", templates.choose, {"purpose": purpose}, name=f"template-{purpose}"),
        path(f"{purpose}/test/", templates.test, {"purpose": purpose}, name=f"test-{purpose}"),
    ]
