"""What is answered while PostgreSQL cannot be reached or a disk is full: 503, what became of the
act, and when to try again. It is neither the visitor's fault nor ours, and it ends by itself.

These are the project's handler500 and handler400 (haina/urls.py), because that is where the
exceptions of views, doors and all middleware come together. They ask no database.
"""

import errno
import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults

from haina.lib.logs import causes

RETRY_SECONDS = 5
READING = ("GET", "HEAD")
# Classes of SQLSTATE: connections; resources, of which a full disk is one; an operator's or a
# restart's doing; faults below PostgreSQL. Without any the server has said nothing at all.
AWAY = ("08", "53", "57P", "58")
NOT_DONE = ("53",)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_SPACE = gettext_lazy("服务器存储空间不足，没有写入任何数据。请稍后重试，或联系海纳小助手。")


def server_error(request):
    """503 for an outage, also in the exceptions that it led to; 500 for everything else."""
    return outage(request, sys.exception()) or defaults.server_error(request)


def bad_request(request, exception):
    """As server_error: Django takes a session that could not be saved, after the act, for one that
    was deleted."""
    return outage(request, exception, after=True) or defaults.bad_request(request, exception)


def outage(request, error, *, after: bool = False) -> HttpResponse | None:
    """503 if there was one, `after` what was asked for had been done or not."""
    if is_full(error):
        return unavailable(request, NO_SPACE)
    if away := list(filter(is_away, causes(error))):
        begun = after or not all(map(was_never_begun, away))
        return unavailable(request, sentence(request, begun=begun))
    return None


def unavailable(request, told: str) -> HttpResponse:
    """A page, or for htmx a notice above what was being done, which stays as it is."""
    template = "components/outage.html" if "HX-Request" in request.headers else "503.html"
    again = request.get_full_path() if request.method in READING else ""
    return HttpResponse(
        render_to_string(template, {"sentence": told, "again": again}),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def sentence(request, *, begun: bool) -> str:
    """Says that nothing was written only where PostgreSQL said so, or was never reached: of a
    COMMIT whose answer was lost nobody knows."""
    if request.method in READING:
        return _("系统暂时中断，正在恢复。请几秒后刷新页面。")
    if not begun:
        return _("系统暂时中断，刚才的操作没有写入。请几秒后重试。")
    return _("系统暂时中断，不确定刚才的操作是否已保存。请先刷新页面查看，没有保存再重新提交。")


def is_full(error: BaseException | None) -> bool:
    """Did it come from a file that was refused for want of space?"""
    return any(isinstance(each, OSError) and each.errno in FULL for each in causes(error))


def is_away(error: BaseException) -> bool:
    """Did PostgreSQL not answer, or answer that it cannot serve now? A lock that was not free, a
    deadlock and a statement that took too long are no outage."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state = sqlstate(error)
    return state is None or state.startswith(AWAY)


def was_never_begun(error: Exception) -> bool:
    """psycopg keeps the connection that was tried with the error of an attempt to connect."""
    refused = (sqlstate(error) or "").startswith(NOT_DONE)
    return refused or getattr(error.__cause__, "pgconn", None) is not None


def sqlstate(error: Exception) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
