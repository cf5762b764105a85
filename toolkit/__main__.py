"""`python -m toolkit`: the same command as `neonkit`, where no script folder is on the path."""

import sys

from toolkit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
