"""Rows of the WeChat side of an account: its service account (official), its WeCom corp (corp), and
the queues of what these posted (posted)."""

from haina.wechat.models.corp import Corp, CorpCallback, SuiteTicket
from haina.wechat.models.official import (
    Call,
    Callback,
    Connection,
    OAuthState,
    Template,
    Trial,
    unguessable,
)

__all__ = [
    "Call",
    "Callback",
    "Connection",
    "Corp",
    "CorpCallback",
    "OAuthState",
    "SuiteTicket",
    "Template",
    "Trial",
    "unguessable",
]
