"""``python -m serving``: run the service as the environment says (`serving.settings`)."""

import os
import sys

from features.errors import XinhengError
from serving.settings import read_settings


def main() -> None:
    """Run; a refused setting is one message and its exit code."""
    try:
        settings = read_settings(os.environ)
        # Only now: a refused setting is told before the framework is loaded.
        from serving.running import run

        run(settings)
    except XinhengError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
