"""认证: residents prove themselves in WeChat. matching.py compares, applications.py takes what they
submit, decisions.py says what becomes of it, notices.py tells them."""
