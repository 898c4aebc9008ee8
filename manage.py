#!/usr/bin/env python
"""Django's commands. `bin/manage` runs it with the packages installed and the engines up."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haina.settings")
    execute_from_command_line(sys.argv)
