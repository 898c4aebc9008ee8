"""What WeChat and its browsers ask for; all of it below paths that are no account's slug."""

from django.urls import path

from haina.wechat.views import callbacks, oauth, wecom

app_name = "wechat"
urlpatterns = [
    path("wechat/<str:door>/", callbacks.callback, name="callback"),
    path("wecom/suite/", wecom.suite, name="wecom_suite"),
    path("wecom/<str:door>/", wecom.contacts, name="wecom_contacts"),
    path("m/<slug:account>/oauth/", oauth.come_back, name="oauth"),
]
