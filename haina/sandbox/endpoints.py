"""The table of WeChat's endpoints: path, method, what answers, and whether it wants a token."""

from haina.sandbox import followers, messages, oauth, qrcodes, tags, tokens
from haina.sandbox.call import Endpoint


def get(run, *, token: bool = True) -> Endpoint:
    return Endpoint("GET", run, token)


def post(run, *, token: bool = True) -> Endpoint:
    return Endpoint("POST", run, token)


TABLE = {
    "cgi-bin/token": get(tokens.token, token=False),
    "cgi-bin/stable_token": post(tokens.stable_token, token=False),
    "cgi-bin/getcallbackip": get(lambda call: {"ip_list": ["127.0.0.1"]}),
    # followers
    "cgi-bin/user/get": get(followers.user_get),
    "cgi-bin/user/info": get(followers.user_info),
    "cgi-bin/user/info/batchget": post(followers.batch_get),
    "cgi-bin/user/info/updateremark": post(followers.update_remark),
    "cgi-bin/tags/members/getblacklist": post(followers.blacklist),
    "cgi-bin/tags/members/batchblacklist": post(followers.block),
    "cgi-bin/tags/members/batchunblacklist": post(followers.unblock),
    # tags
    "cgi-bin/tags/create": post(tags.create),
    "cgi-bin/tags/get": get(tags.get),
    "cgi-bin/tags/update": post(tags.update),
    "cgi-bin/tags/delete": post(tags.delete),
    "cgi-bin/user/tag/get": post(tags.carriers),
    "cgi-bin/tags/members/batchtagging": post(tags.give),
    "cgi-bin/tags/members/batchuntagging": post(tags.take),
    "cgi-bin/tags/getidlist": post(tags.of_person),
    # QR codes
    "cgi-bin/qrcode/create": post(qrcodes.create),
    # template messages
    "cgi-bin/template/get_industry": get(messages.industry),
    "cgi-bin/template/get_all_private_template": get(messages.private_templates),
    "cgi-bin/template/api_add_template": post(messages.add_template),
    "cgi-bin/template/del_private_template": post(messages.delete_template),
    "cgi-bin/message/template/send": post(messages.send),
    # OAuth
    "sns/oauth2/access_token": get(oauth.access_token, token=False),
    "sns/oauth2/refresh_token": get(oauth.refresh_token, token=False),
    "sns/auth": get(oauth.check, token=False),
    "sns/userinfo": get(oauth.user_info, token=False),
}
