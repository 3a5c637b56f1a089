"""A process that lists once, with plain httpx; it imports nothing else."""

import sys

import httpx

HEADERS = {"Authorization": "Bearer key", "Accept": "application/json"}

with httpx.Client(base_url=sys.argv[1], headers=HEADERS) as client:
    client.get("/api/v2/images/models").json()
