"""wechatpy's clients of a corp, one for each secret, with tokens of our own keeping."""

from contextlib import AbstractContextManager

from django.conf import settings
from wechatpy.enterprise import WeChatClient

from haina.wechat import calls
from haina.wechat.corp import errors, suite
from haina.wechat.models import Corp
from haina.wechat.tokens import SafeToken


class CorpClient(SafeToken, WeChatClient):
    """Calls with one secret of a corp. `holder` says whose: 通讯录同步 or the app."""

    def __init__(self, corp: Corp, holder: str, secret: str) -> None:
        self.API_BASE_URL = f"{settings.WECOM_API_BASE}/cgi-bin/"
        self.corp, self.holder, self.errors = corp, holder, errors.TABLES[holder]
        super().__init__(corp.corp_id, secret)

    def _identity(self) -> str:
        return f"{self.corp_id} {self.secret}"

    def _token_request(self) -> dict:
        asked = {"corpid": self.corp_id, "corpsecret": self.secret}
        return {"method": "get", "url": f"{self.API_BASE_URL}gettoken", "params": asked}

    def _recorded(self, endpoint: str) -> AbstractContextManager:
        return calls.recorded(self.corp, endpoint)


class SuiteCorpClient(CorpClient):
    """Calls for a corp that installed our suite: the suite asks for the token."""

    def __init__(self, corp: Corp) -> None:
        super().__init__(corp, errors.SUITE, corp.permanent_code)

    def _granted(self) -> tuple[str, int]:
        return suite.corp_token(self.corp)


def clients_of(corp: Corp) -> tuple[CorpClient, CorpClient]:
    """Who writes contacts and reads ids, and who reads names: one and the same with a suite."""
    if corp.way == Corp.Way.SUITE:
        client = SuiteCorpClient(corp)
        return client, client
    return (
        CorpClient(corp, errors.CONTACTS, corp.contacts_secret),
        CorpClient(corp, errors.APP, corp.app_secret),
    )
