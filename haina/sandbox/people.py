"""Made-up WeChat users: no name in here is anybody's."""

import hashlib

FIRST = ("晴天", "小桥", "青柠", "阿木", "半夏", "南风", "星河", "米粒", "木棉", "海棠", "云朵")
SECOND = ("的猫", "同学", "慢慢走", "在路上", "爱吃糖", "不失眠", "看日出", "的茶馆", "种花")
SECOND = (*SECOND, "听雨", "早睡")


def nickname(number: int) -> str:
    """Another one for each of the first 121 numbers."""
    first, second = number % len(FIRST), (number // len(FIRST) + number) % len(SECOND)
    return FIRST[first] + SECOND[second]


def openid(appid: str, number: int) -> str:
    """28 characters that begin with an o, and differ from account to account."""
    return "o" + digest(f"{appid}:{number}")[:27]


def unionid(number: int) -> str:
    """The same for every account, as on one open platform."""
    return "oU" + digest(f"union:{number}")[:26]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
