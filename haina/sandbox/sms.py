"""Tencent Cloud's SendSms: a code for each number within HTTP 200. The SDK posts to the root."""

import json
import re
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from haina.sandbox import gate, phone
from haina.sandbox.errors import Refused
from haina.sandbox.world import SDK_APP_ID, SECRET_ID, SIGN_NAME, SMS_TEMPLATES, world

NAME = "sms/SendSms"  # for faults and the journal
CHINESE = re.compile(r"\+861[3-9]\d{9}")
HOUR, DAY = 3600, 24 * 3600
# Within so many seconds at most so many to one number.
LIMITS = (
    (30, 1, "LimitExceeded.PhoneNumberThirtySecondLimit"),
    (HOUR, 5, "LimitExceeded.PhoneNumberOneHourLimit"),
    (DAY, 10, "LimitExceeded.PhoneNumberDailyLimit"),
)


@csrf_exempt
def root(request: HttpRequest) -> HttpResponse:
    """A call of Tencent Cloud's if it says so, else the phone."""
    return api(request) if "X-TC-Action" in request.headers else phone.phone(request)


def api(request: HttpRequest) -> HttpResponse:
    with world.lock:
        fault = world.faults.take(NAME)
    code = fault.code if fault else ""
    try:
        if fault and (spoiled := gate.spoiled(request, fault)) is not None:
            return spoiled
    except Refused:  # a fault of every endpoint: its number is WeChat's
        code = "InternalError"
    with world.lock:
        told = told_to(request, code)
    gate.note(request, NAME, None, 0)
    return JsonResponse({"Response": told | {"RequestId": secrets.token_hex(16)}})


def told_to(request: HttpRequest, code: str) -> dict:
    asked = json.loads(request.body)
    if request.headers["X-TC-Action"] != "SendSms":
        return refused("InvalidAction")
    if f"Credential={SECRET_ID}/" not in request.headers.get("Authorization", ""):
        return refused("AuthFailure.SecretIdNotFound")
    if code.partition(".")[0] in ("AuthFailure", "InternalError", "RequestLimitExceeded"):
        return refused(code)
    return {"SendStatusSet": [status(asked, each, code) for each in asked["PhoneNumberSet"]]}


def refused(code: str) -> dict:
    return {"Error": {"Code": code, "Message": "the sandbox refuses"}}


def status(asked: dict, number: str, code: str) -> dict:
    code = code or fault_of(asked, number) or "Ok"
    if code == "Ok":
        deliver(asked, number)
    serial = f"2640:{world.number()}" if code == "Ok" else ""
    return {"SerialNo": serial, "PhoneNumber": number, "Fee": int(code == "Ok"), "Code": code}


def fault_of(asked: dict, number: str) -> str:
    values, template = asked.get("TemplateParamSet") or [], SMS_TEMPLATES.get(asked["TemplateId"])
    wanted = template.count("{") if template else 0
    recent = [each["at"] for each in world.sms if each["phone"] == number]
    faults = {
        "UnauthorizedOperation.SmsSdkAppIdVerifyFail": asked["SmsSdkAppId"] != SDK_APP_ID,
        "FailedOperation.SignatureIncorrectOrUnapproved": asked.get("SignName") != SIGN_NAME,
        "FailedOperation.TemplateIncorrectOrUnapproved": template is None,
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": len(values) != wanted,
        "InvalidParameterValue.TemplateParameterLengthLimit": any(len(v) > 6 for v in values),
        "InvalidParameterValue.IncorrectPhoneNumber": not CHINESE.fullmatch(number),
    }
    for seconds, most, code in LIMITS:
        faults[code] = sum(world.now() - at < seconds for at in recent) >= most
    return next((code for code, is_so in faults.items() if is_so), "")


def deliver(asked: dict, number: str) -> None:
    text = SMS_TEMPLATES[asked["TemplateId"]]
    for place, value in enumerate(asked.get("TemplateParamSet") or [], 1):
        text = text.replace(f"{{{place}}}", value)
    world.sms.append({"phone": number, "at": world.now(), "text": f"【{SIGN_NAME}】{text}"})
