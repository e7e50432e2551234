# SPDX-License-Identifier: MIT
"""python -m fntoken: the command line, in its own words and with its own exit statuses, as the program fntoken that is in the package."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def program() -> str | None:
    """The program of this package; else the one on the PATH."""
    own = Path(__file__).with_name("fntoken-python")
    return str(own) if own.is_file() else shutil.which("fntoken")


def main() -> int:
    """Becomes it."""
    found = program()
    if found is None:
        sys.stderr.write(
            "fntoken: unsupported: this package was built without the command line and there is no fntoken on the PATH; "
            "build the package with -Dtools=true, or libfntoken itself.\n"
        )
        return 2
    return os.execv(found, ["fntoken", *sys.argv[1:]])  # noqa: S606 no shell is wanted


if __name__ == "__main__":
    sys.exit(main())
