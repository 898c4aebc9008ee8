"""The tasks that a change of followers rings for; haina.jobs.bells rings."""

SYNCHRONISE, PUSH, LOOK_UP, DELIVER = (
    f"followers.tasks.{name}" for name in ("synchronise", "push_account", "look_up", "deliver")
)
