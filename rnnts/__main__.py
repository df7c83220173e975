"""`python -m rnnts` is `rnnts`."""

import sys

from rnnts.cli import main

sys.exit(main())
