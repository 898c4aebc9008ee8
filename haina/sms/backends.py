"""The ways out for an SMS. There is no backend for the sandbox: it is Tencent's at its address."""

import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from tencentcloud.common import credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.sms_client import SmsClient

from haina.lib.masking import mask_phone
from haina.sms.errors import OK, UNREACHABLE
from haina.sms.models import Gateway

CODE = re.compile(r"[A-Za-z]+(\.[A-Za-z]+)?")
MOST_CODE, MOST_ID = 80, 64
# Of the SDK's own codes: there was no answer, or none that could be read.
NO_ANSWER = {"ClientNetworkError", "ServerNetworkError", "ClientError", "ClientParamsError"}


@dataclass(frozen=True)
class SmsResult:
    """A code of haina.sms.errors, and under which number the provider finds the SMS again."""

    code: str
    provider_id: str = ""


class SmsBackend(Protocol):
    def send(self, phone: str, template: str, values: Sequence[str]) -> SmsResult:
        """Send to a phone (E.164) what a template says with these values. Raises nothing."""


class Console:
    """Writes to stderr what would be sent; for development, `check --deploy` refuses it."""

    def send(self, phone: str, template: str, values: Sequence[str]) -> SmsResult:
        sys.stderr.write(f"SMS {template} to {mask_phone(phone)}: {' '.join(values)}\n")
        return SmsResult(OK, "console")


class Tencent:
    """Tencent Cloud by its own SDK, at settings.SMS_ENDPOINT."""

    def __init__(self, gateway: Gateway) -> None:
        base = urlsplit(settings.SMS_ENDPOINT)
        http = HttpProfile(base.scheme, base.netloc, reqTimeout=settings.SMS_TIMEOUT)
        secret = credential.Credential(gateway.secret_id, gateway.secret_key)
        self.client = SmsClient(secret, gateway.region, ClientProfile(httpProfile=http))
        self.sender = {"SmsSdkAppId": gateway.sdk_app_id, "SignName": gateway.sign_name}

    def send(self, phone: str, template: str, values: Sequence[str]) -> SmsResult:
        asked = {"PhoneNumberSet": [phone], "TemplateId": template}
        asked |= {"TemplateParamSet": list(values), **self.sender}
        try:
            answer = self.client.call_json("SendSms", asked)
            (status,) = answer["Response"]["SendStatusSet"]
            return SmsResult(code_of(status["Code"]), str(status.get("SerialNo") or "")[:MOST_ID])
        except TencentCloudSDKException as error:
            return SmsResult(code_of(error.code))
        except Exception as error:  # noqa: BLE001 - the SDK wraps only some of what can happen
            logging.getLogger(__name__).warning("no answer for an SMS: %s", type(error).__name__)
            return SmsResult(UNREACHABLE)


def code_of(told: object) -> str:
    """The provider's code as far as it can be one: it may repeat what was sent."""
    if told in NO_ANSWER or not CODE.fullmatch(str(told)):
        return UNREACHABLE
    return str(told)[:MOST_CODE]


def connect(gateway: Gateway) -> SmsBackend:
    return Console() if settings.SMS_BACKEND == "console" else Tencent(gateway)
