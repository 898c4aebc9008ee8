"""What the WeChat side of an account tells the apps above it."""

from django.dispatch import Signal

# 检测连接 succeeded for the first time, in its transaction. Arguments: connection, now.
connected = Signal()
# A visitor consented to tell their nickname. Arguments: account, openid, nickname.
profile_given = Signal()
# A corp (企业微信) was connected to an account, in the transaction of that. Arguments: corp, now.
corp_connected = Signal()
# It is not any more, and its row is gone. Arguments: account, corp_id, now.
corp_disconnected = Signal()
# WeCom says that its contacts were changed there. Arguments: corp, now.
contacts_changed = Signal()
