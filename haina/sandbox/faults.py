"""What is to go wrong: by endpoint, once, some times or for ever, from the page or by HTTP."""

import itertools
from dataclasses import asdict, dataclass

EVERYWHERE = "*"


@dataclass
class Fault:
    """How the calls of an endpoint go wrong: late, without an answer, or with the wrong one."""

    endpoint: str = EVERYWHERE  # such as cgi-bin/user/get
    slow: float = 0  # seconds before the answer
    drop: bool = False  # the connection is closed without an answer
    lost: bool = False  # it is done, and then the connection is closed without an answer
    errcode: int | None = None
    errmsg: str = ""
    status: int | None = None  # an HTTP status with a body that is no JSON
    code: str = ""  # of Tencent Cloud's SMS
    times: int | None = None  # None: for ever
    id: int = 0

    def concerns(self, endpoint: str) -> bool:
        return self.endpoint in (EVERYWHERE, endpoint)


class Faults:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.ids = itertools.count(1)

    def add(self, fault: Fault) -> Fault:
        fault.id = next(self.ids)
        self.faults.append(fault)
        return fault

    def take(self, endpoint: str) -> Fault | None:
        """The oldest fault of this endpoint, one time less of it left."""
        fault = next((each for each in self.faults if each.concerns(endpoint)), None)
        if fault and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.faults.remove(fault)
        return fault

    def remove(self, number: int | None = None) -> None:
        """One of them, or all."""
        self.faults = [each for each in self.faults if number is not None and each.id != number]

    def told(self) -> list[dict]:
        return [asdict(each) for each in self.faults]
