"""department/*: the tree of a corp, read by apps and written by 通讯录同步."""

from haina.sandbox.wecom import changes, directory, rights
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import App, Corp, Department


def listing(call: Call) -> dict:
    corp, app = rights.reading(call)
    return {"department": [told(corp, app, each) for each in asked(call, corp, app)]}


def simple_list(call: Call) -> dict:
    corp, app = call.bearer()
    shown = [
        {"id": each.id, "parentid": each.parent, "order": each.order}
        for each in asked(call, corp, app)
    ]
    return {"department_id": shown}


def get(call: Call) -> dict:
    corp, app = rights.reading(call)
    found = rights.visible(corp, app, call.number("id", 60003))
    return {"department": told(corp, app, found)}


def asked(call: Call, corp: Corp, app: App) -> list[Department]:
    """The department and all in it; without an id all that the app may see."""
    if call.query.get("id"):
        return list(corp.below(rights.visible(corp, app, call.number("id", 60003)).id))
    tops = [each for each in app.parties if each in corp.departments]
    found = {below.id: below for top in tops for below in corp.below(top)}
    return list(found.values())


def told(corp: Corp, app: App, department: Department) -> dict:
    return {
        "id": department.id,
        "name": rights.names(app, department),
        "name_en": "",
        "department_leader": leaders(corp, department.id),
        "parentid": department.parent,
        "order": department.order,
    }


def leaders(corp: Corp, department: int) -> list[str]:
    return [
        member.userid
        for member in corp.inside.get(department, {}).values()
        if leads(member.departments, member.is_leader_in_dept, department)
    ]


def leads(departments: list[int], flags: list[int], department: int) -> bool:
    return bool(flags) and bool(flags[departments.index(department)])


def create(call: Call) -> dict:
    corp, app = rights.writing(call)
    rights.check_scope(corp, app, [call.body.get("parentid")])
    made = directory.create_department(corp, call.body)
    changes.party(corp, "create_party", made, by=app)
    return {"errmsg": "created", "id": made.id}


def update(call: Call) -> dict:
    corp, app = rights.writing(call)
    rights.check_scope(corp, app, [call.body.get("id"), call.body.get("parentid")])
    changed = directory.update_department(corp, call.body)
    changes.party(corp, "update_party", changed, by=app)
    return {"errmsg": "updated"}


def delete(call: Call) -> dict:
    corp, app = rights.writing(call)
    rights.check_scope(corp, app, [call.number("id", 60003)])
    gone = directory.delete_department(corp, call.number("id", 60003))
    changes.party(corp, "delete_party", gone, by=app)
    return {"errmsg": "deleted"}
