"""One include per package. The console stands under the account's slug."""

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
    path("", include("haina.wechat.urls")),
    path("m/<slug:account>/", include("residents.urls_mobile")),
    path("m/<slug:account>/", include("followers.urls_mobile")),
    path("<slug:account>/overview/", include("haina.overview.urls")),
    path("<slug:account>/communities/", include("communities.urls")),
    path("<slug:account>/residents/", include("residents.urls")),
    path("<slug:account>/staff/", include("staff.urls")),
    path("<slug:account>/followers/", include("followers.urls")),
    path("<slug:account>/reminders/", include("reminders.urls")),
    path("<slug:account>/wechat/", include("haina.wechat.urls_console")),
    path("<slug:account>/sms/", include("haina.sms.urls")),
    path("<slug:account>/administrators/", include("haina.accounts.administrator_urls")),
    path("<slug:account>/jobs/", include("haina.jobs.urls")),
    path("<slug:account>/audit/", include("haina.trail.urls")),
    path("<slug:account>/search/", include("haina.search.urls")),
    path("", include("haina.accounts.urls")),
]
