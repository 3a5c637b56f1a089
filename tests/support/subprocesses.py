"""What programs that tests start are run with."""

from __future__ import annotations

import os
import sys

# Programs that tests start find the package where the tests have found it.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
