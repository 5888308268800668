"""``python -m api`` is the command ``atf``."""

import sys

from api.cli import main

if __name__ == "__main__":  # worker processes import this module again
    sys.exit(main())
