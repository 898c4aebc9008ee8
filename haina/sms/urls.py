"""短信设置, under an account's slug."""

from django.urls import path

from haina.sms import views
from haina.sms.models import Message

app_name = "sms"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("remove/", views.remove, name="remove"),
    *(
        path(f"{purpose}/test/", views.test, {"purpose": purpose}, name=f"test-{purpose}")
        for purpose in Message.Purpose.values
    ),
]
