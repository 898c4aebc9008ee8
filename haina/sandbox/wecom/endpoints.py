"""The table of WeCom's endpoints: path, method, what answers, and which token it wants."""

from haina.sandbox.wecom import departments, members, messages, oauth, suites, tokens
from haina.sandbox.wecom.call import CORP, NONE, PROVIDER, Endpoint


def get(run, token: str = CORP) -> Endpoint:
    return Endpoint("GET", run, token)


def post(run, token: str = CORP) -> Endpoint:
    return Endpoint("POST", run, token)


TABLE = {
    "wecom/cgi-bin/gettoken": get(tokens.gettoken, NONE),
    # departments
    "wecom/cgi-bin/department/list": get(departments.listing),
    "wecom/cgi-bin/department/simplelist": get(departments.simple_list),
    "wecom/cgi-bin/department/get": get(departments.get),
    "wecom/cgi-bin/department/create": post(departments.create),
    "wecom/cgi-bin/department/update": post(departments.update),
    "wecom/cgi-bin/department/delete": get(departments.delete),
    # members
    "wecom/cgi-bin/user/get": get(members.get),
    "wecom/cgi-bin/user/list": get(members.listing),
    "wecom/cgi-bin/user/simplelist": get(members.simple_list),
    "wecom/cgi-bin/user/list_id": post(members.list_id),
    "wecom/cgi-bin/user/getuserid": post(members.by_mobile),
    "wecom/cgi-bin/user/create": post(members.create),
    "wecom/cgi-bin/user/update": post(members.update),
    "wecom/cgi-bin/user/delete": get(members.delete),
    "wecom/cgi-bin/user/batchdelete": post(members.batch_delete),
    "wecom/cgi-bin/batch/invite": post(messages.invite),
    # an app
    "wecom/cgi-bin/agent/get": get(messages.agent),
    "wecom/cgi-bin/message/send": post(messages.send),
    "wecom/cgi-bin/auth/getuserinfo": get(oauth.user_info),
    "wecom/cgi-bin/auth/getuserdetail": post(oauth.user_detail),
    # a suite
    "wecom/cgi-bin/service/get_suite_token": post(suites.suite_token, NONE),
    "wecom/cgi-bin/service/get_pre_auth_code": get(suites.pre_auth_code, PROVIDER),
    "wecom/cgi-bin/service/set_session_info": post(suites.set_session_info, PROVIDER),
    "wecom/cgi-bin/service/get_permanent_code": post(suites.permanent_code, PROVIDER),
    "wecom/cgi-bin/service/get_corp_token": post(suites.corp_token, PROVIDER),
    "wecom/cgi-bin/service/get_auth_info": post(suites.auth_info, PROVIDER),
    "wecom/cgi-bin/service/get_admin_list": post(suites.admin_list, PROVIDER),
}
