"""WeCom (企业微信): corps with departments, members and self-built apps, and the way in which
a third party's suite is installed.

All is below /wecom/, as some paths of its API are those of the official account's too.
"""
