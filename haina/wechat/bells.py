"""The tasks that something posted rings for; haina.jobs.bells rings."""

WORK, WORK_FOR_CORPS = (f"haina.wechat.tasks.{name}" for name in ("work", "work_for_corps"))
