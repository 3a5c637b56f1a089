"""Our journal of trainings: many at a time, in SQLite."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from common import main, peak

from tryleap import Leap
from tryleap.trainings import Trainings


def run(base_url: str, count: str, *paths: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        leap = Leap("key", base_url=f"{base_url}/journal/{Path(folder).name}")
        with leap, Trainings(leap, Path(folder) / "trainings.db") as trainings:
            trainings.run([{"key": "warm-up", "image_sample_files": paths}], poll_interval=0.1)
            rows = [{"key": f"k{n}", "name": f"N{n}", "image_sample_files": paths} for n in range(int(count))]
            idle, cpu, wall = peak(), time.process_time(), time.perf_counter()
            ended = trainings.run(rows, poll_interval=0.1)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if {each.state for each in ended} != {"finished"}:
            raise RuntimeError("not all trainings have finished")
    return {"cpu": cpu, "wall": wall, "rise": peak() - idle}


main({"run": run})
