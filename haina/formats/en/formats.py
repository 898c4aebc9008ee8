"""As in Chinese: whoever works on the same rows writes and reads a date the same way."""

from haina.formats.zh_Hans.formats import (  # noqa: F401 - Django looks them up here by name
    DATE_FORMAT,
    DATE_INPUT_FORMATS,
    DATETIME_FORMAT,
    NUMBER_GROUPING,
    SHORT_DATE_FORMAT,
    SHORT_DATETIME_FORMAT,
    THOUSAND_SEPARATOR,
)
