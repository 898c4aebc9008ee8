"""wechatpy's client of a service account, with a token of our own keeping."""

from contextlib import AbstractContextManager

from django.conf import settings
from wechatpy import WeChatClient

from haina.wechat import calls
from haina.wechat.models import Connection
from haina.wechat.tokens import SafeToken


class OAClient(SafeToken, WeChatClient):
    def __init__(self, connection: Connection) -> None:
        self.API_BASE_URL = f"{settings.WECHAT_API_BASE}/cgi-bin/"
        self.connection = connection
        super().__init__(connection.app_id, connection.secret)

    def sns(self, path: str, params: dict) -> dict:
        """A call of 网页授权: its token is a visitor's, if it has any. What it is refused stops no
        other call, nor do they stop it: WeChat's whitelist, for one, does not hold for it."""
        url = f"{settings.WECHAT_API_BASE}/sns/{path}"
        params = {"access_token": "", **params}  # else wechatpy adds the account's
        ask = super(SafeToken, self)._request
        how = {"params": params, "allow_redirects": False}
        return self._asked(f"sns/{path}", lambda: ask("get", url, **how), of_account=())

    def _identity(self) -> str:
        return f"{self.appid} {self.secret}"

    def _token_request(self) -> dict:
        """The stable token: another process that asks as well does not end this one's."""
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return {"method": "post", "url": f"{self.API_BASE_URL}stable_token", "json": body}

    def _recorded(self, endpoint: str) -> AbstractContextManager:
        return calls.recorded(self.connection, endpoint)
