"""What the WeChat side of an account tells the apps above it."""

from django.dispatch import Signal

# 检测连接 succeeded for the first time, in its transaction. Arguments: connection, now.
connected = Signal()
# A visitor consented to tell their nickname. Arguments: account, openid, nickname.
profile_given = Signal()
