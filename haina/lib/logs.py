"""What of an exception may stand in the log."""

import logging
import traceback


class WithoutValues(logging.Formatter):
    """Of an exception the log gets types, places and the constraint that was hit, not its message:
    PostgreSQL quotes the row that it refuses, with the name and the phone in it."""

    def formatException(self, ei) -> str:  # noqa: N802 - the name is logging's
        parts, error = [], ei[1]
        while error is not None:
            constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
            told = [type(error).__name__, *([constraint] if constraint else [])]
            parts.append("".join(traceback.format_tb(error.__traceback__)) + " ".join(told))
            error = error.__cause__ or error.__context__
        return "\n".join(reversed(parts))
