"""What WeChat and its browsers ask for; all of it below paths that are no account's slug."""

from django.urls import path

from haina.wechat.views import callbacks, oauth

app_name = "wechat"
urlpatterns = [
    path("wechat/<str:door>/", callbacks.callback, name="callback"),
    path("m/<slug:account>/oauth/", oauth.come_back, name="oauth"),
]
