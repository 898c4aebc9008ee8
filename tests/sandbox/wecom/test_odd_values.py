"""Whatever stands in a field, the answer is one of WeCom's."""

import itertools
import json

import pytest
import requests

from haina.sandbox.wecom import seeds
from haina.sandbox.wecom.call import PROVIDER
from haina.sandbox.wecom.endpoints import TABLE
from tests.sandbox.wecom.test_suites import Suite

ODD = [None, "", "x", -1, 0, 1.5, True, [], [[]], [{}], ["x", None], {}, {"x": []}]
FIELDS = {
    "department/create": ("name", "parentid", "order", "id"),
    "department/update": ("id", "name", "parentid", "order"),
    "user/create": ("userid", "name", "mobile", "department", "order", "gender", "email"),
    "user/update": ("userid", "alias", "is_leader_in_dept", "direct_leader", "new_userid"),
    "user/batchdelete": ("useridlist",),
    "user/list_id": ("cursor", "limit"),
    "user/getuserid": ("mobile",),
    "batch/invite": ("user", "party", "tag"),
    "message/send": ("touser", "toparty", "agentid", "msgtype", "text"),
    "auth/getuserdetail": ("user_ticket",),
    "service/get_suite_token": ("suite_id", "suite_secret", "suite_ticket"),
    "service/set_session_info": ("pre_auth_code", "session_info"),
    "service/get_permanent_code": ("auth_code",),
    "service/get_corp_token": ("auth_corpid", "permanent_code"),
    "service/get_admin_list": ("auth_corpid", "agentid"),
}
LEAST = {
    "userid": "staff00002",
    "department": [1],
    "parentid": 1,
    "agentid": seeds.AGENT,
    "touser": "staff00001",
    "msgtype": "text",
    "text": {"content": "你好"},
    "suite_id": seeds.SUITE_ID,
    "suite_secret": seeds.SUITE_SECRET,
    "auth_corpid": seeds.CORPID,
}


@pytest.mark.parametrize("path", FIELDS)
def test_odd_values_are_answered(sandbox, sync, app, path):
    token = app if path.startswith(("message", "auth")) else sync
    suite = TABLE[f"wecom/cgi-bin/{path}"].token == PROVIDER
    query = Suite(sandbox).query if suite else token.query

    for number, (field, value) in enumerate(itertools.product(FIELDS[path], ODD)):
        body = json.dumps({**LEAST, **fresh(path, number), field: value})
        url = f"{sandbox.url}/wecom/cgi-bin/{path}"
        reply = requests.post(url, body, params=query, timeout=30)
        assert reply.status_code == 200, (field, value)
        assert isinstance(reply.json()["errcode"], int)


def fresh(path: str, number: int) -> dict:
    """What nobody has yet, where something is created."""
    if path == "user/create":
        return {"userid": f"lin{number}", "name": "林", "mobile": f"138{number:08d}"}
    if path == "department/update":
        return {"id": 2, "name": f"部门{number}"}
    return {"name": f"部门{number}"} if path == "department/create" else {}
