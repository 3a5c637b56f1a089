"""A process that lists once, with our client; it imports nothing else."""

import sys

from tryleap import Leap

with Leap("key", base_url=sys.argv[1]) as leap:
    leap.image_models.list_all_models()
