"""Every package's pages of the console are its `urls`, under the account's slug; what differs from
them says so after it: `urls_mobile` in WeChat, `urls_callbacks`, `urls_sign_in`."""

from django.urls import include, path

import haina.accounts.admin
import haina.jobs.admin
import haina.sms.admin
import haina.wechat.admin  # noqa: F401 - registers what ops may see
from haina.accounts.ops import site

handler400 = "haina.lib.outages.bad_request"
handler500 = "haina.lib.outages.server_error"

urlpatterns = [
    path("", include("haina.health.urls")),
    path("ops/", site.urls),
    path("", include("haina.wechat.urls_callbacks")),
    path("m/<slug:account>/", include("residents.urls_mobile")),
    path("m/<slug:account>/", include("followers.urls_mobile")),
    path("<slug:account>/overview/", include("haina.overview.urls")),
    path("<slug:account>/communities/", include("communities.urls")),
    path("<slug:account>/residents/", include("residents.urls")),
    path("<slug:account>/staff/", include("staff.urls")),
    path("<slug:account>/followers/", include("followers.urls")),
    path("<slug:account>/reminders/", include("reminders.urls")),
    path("<slug:account>/wechat/", include("haina.wechat.urls")),
    path("<slug:account>/sms/", include("haina.sms.urls")),
    path("<slug:account>/administrators/", include("haina.accounts.urls")),
    path("<slug:account>/jobs/", include("haina.jobs.urls")),
    path("<slug:account>/audit/", include("haina.trail.urls")),
    path("<slug:account>/search/", include("haina.search.urls")),
    path("", include("haina.accounts.urls_sign_in")),
]
