"""What a token may read and write."""

from haina.sandbox.errors import Refused
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import SUITE, SYNC, App, Corp, Department, Member


def check_address(app: App, address: str) -> None:
    if app.trusted_ips is not None and address not in app.trusted_ips:
        raise Refused(60020)


def writing(call: Call) -> tuple[Corp, App]:
    """Only 通讯录同步 and a suite with 通讯录编辑授权 change contacts."""
    corp, app = call.bearer()
    if not app.edits:
        raise Refused(48002)
    return corp, app


def reading(call: Call) -> tuple[Corp, App]:
    """Details: not for 通讯录同步 from an address that it trusts since August 2022."""
    corp, app = call.bearer()
    if app.kind == SYNC and call.address not in corp.old_ips:
        raise Refused(48009)
    return corp, app


def sync_only(call: Call) -> Corp:
    corp, app = call.bearer()
    if app.kind != SYNC:
        raise Refused(48002)
    return corp


def app_only(call: Call) -> tuple[Corp, App]:
    """Messages and sign-in: an app's business, not that of 通讯录同步."""
    corp, app = call.bearer()
    if app.kind == SYNC:
        raise Refused(48002)
    return corp, app


def tells_all(app: App) -> bool:
    """Phones and the like are told to 通讯录同步 alone, as far as it may still read."""
    return app.kind == SYNC


def names(app: App, named: Department | Member) -> str:
    """Third parties get no names: the id stands for it."""
    if app.kind != SUITE:
        return named.name
    return named.userid if isinstance(named, Member) else str(named.id)


def sees_department(corp: Corp, app: App, department: int) -> bool:
    return any(each in app.parties for each in corp.above(department))


def sees(corp: Corp, app: App, member: Member) -> bool:
    if app.kind == SYNC or member.userid in app.users:
        return True
    return any(sees_department(corp, app, each) for each in member.departments)


def check_scope(corp: Corp, app: App, departments) -> None:
    """A suite changes nothing outside of what the corp lets it see."""
    there = [each for each in departments if isinstance(each, int) and each in corp.departments]
    if app.kind == SUITE and not all(sees_department(corp, app, each) for each in there):
        raise Refused(60011)


def visible(corp: Corp, app: App, department: int) -> Department:
    """A department that there is and that the app may see."""
    found = corp.departments.get(department)
    if found is None:
        raise Refused(60003)
    if not sees_department(corp, app, department):
        raise Refused(60011)
    return found
