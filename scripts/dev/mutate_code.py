"""Apply mutations to the generated client, one at a time, and check that a test fails for each.

The tests run against a changed copy of the package, so the drift check is not involved. The command fails if
a mutation survives, unless the table says why no test can detect it.

The table has mistakes that matter to users, in rendered code as well. cosmic-ray would make 6,500 mutations
of the runtime alone, a third of them in annotations, which tests cannot detect, and take hours.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.unit.mutation.code_table import MUTATIONS, Mutation

from ..options import ROOT, command_parser

PACKAGE = ROOT / "generated" / "tryleap"

_RUNTIME, _IMAGES, _WIRE, _WEBHOOKS, _TRAININGS = (
    "tests/unit/runtime",
    "tests/unit/images",
    "tests/integration/wire",
    "tests/integration/webhooks",
    "tests/integration/trainings",
)

# Tests that compare the client with the document, the fastest first.
TESTS = (
    _RUNTIME,
    _IMAGES,
    f"{_WIRE}/test_requests.py",
    f"{_WIRE}/test_errors.py",
    f"{_WIRE}/test_waiting.py",
    f"{_WIRE}/test_models.py",
    "tests/conformance/test_form.py",
    f"{_WIRE}/test_uploads.py",
    f"{_WEBHOOKS}/test_webhooks.py",
    f"{_WEBHOOKS}/test_webhooks_signing.py",
    f"{_TRAININGS}/test_guards.py",
)
# The tests that most likely detect a mutation of a file. They run first, and all of TESTS only if none fails.
FIRST = {
    "_runtime/_async/send.py": (f"{_RUNTIME}/test_errors.py", f"{_RUNTIME}/test_credentials.py"),
    "_runtime/_async/upload.py": (f"{_RUNTIME}/test_sending.py",),
    "_runtime/_async/wait.py": (f"{_RUNTIME}/test_waiting.py",),
    "_runtime/backoff.py": (f"{_RUNTIME}/test_backoff.py",),
    "_runtime/call_state.py": (f"{_RUNTIME}/test_sending.py",),
    "_runtime/engine.py": (f"{_RUNTIME}/test_sending.py", f"{_RUNTIME}/test_credentials.py"),
    "_runtime/error_factory.py": (f"{_RUNTIME}/test_errors.py",),
    "_runtime/errors.py": (f"{_RUNTIME}/test_errors.py",),
    "_runtime/models/base.py": (f"{_RUNTIME}/test_models.py",),
    "_runtime/models/codecs.py": (f"{_RUNTIME}/test_models.py",),
    "_runtime/operations.py": (
        f"{_RUNTIME}/test_errors.py",
        f"{_RUNTIME}/test_sending.py",
        f"{_WIRE}/test_requests.py",
    ),
    "_runtime/request/base_url.py": (f"{_RUNTIME}/test_credentials.py",),
    "_runtime/request/build.py": (f"{_RUNTIME}/test_sending.py",),
    "_runtime/request/credentials.py": (f"{_RUNTIME}/test_credentials.py",),
    "_runtime/request/file_reader.py": (f"{_RUNTIME}/test_files.py",),
    "_runtime/request/headers.py": (f"{_RUNTIME}/test_sending.py",),
    "_runtime/request/media_types.py": (f"{_RUNTIME}/test_media_types.py", f"{_RUNTIME}/test_files.py"),
    "_runtime/request/multipart.py": (f"{_RUNTIME}/test_multipart.py",),
    "_runtime/request/parameters.py": (f"{_RUNTIME}/test_parameters.py",),
    "_runtime/request/file_sources.py": (f"{_RUNTIME}/test_files.py", f"{_RUNTIME}/test_file_arguments.py"),
    "_runtime/response/decode.py": (f"{_RUNTIME}/test_decoding.py",),
    "_runtime/response/raw.py": (f"{_RUNTIME}/test_errors.py",),
    "_runtime/retry.py": (f"{_RUNTIME}/test_retry.py", f"{_RUNTIME}/test_credentials.py"),
    "_runtime/transport/redirects.py": (f"{_RUNTIME}/test_sockets.py",),
    "_runtime/wait_policy.py": (f"{_RUNTIME}/test_waiting.py",),
    "_settings.py": (f"{_WIRE}/test_requests.py",),
    "images/_boxes.py": (f"{_IMAGES}/test_images_check.py",),
    "images/_check.py": (f"{_IMAGES}/test_images_check.py",),
    "images/_metadata.py": (f"{_IMAGES}/test_images_check.py",),
    "images/_prepare.py": (f"{_IMAGES}/test_images_prepare.py",),
    "models/model_v2_entity.py": (f"{_WIRE}/test_models.py",),
    "operations/image_models.py": (
        f"{_WIRE}/test_requests.py",
        f"{_WIRE}/test_errors.py",
        f"{_WIRE}/test_waiting.py",
    ),
    "resources/async_image_models.py": (f"{_WIRE}/test_requests.py",),
    "resources/image_models.py": (f"{_WIRE}/test_requests.py",),
    "trainings/_arguments.py": (f"{_TRAININGS}/test_guards.py",),
    "trainings/_async/trainings.py": (f"{_TRAININGS}/test_guards.py",),
    "trainings/_matching.py": (f"{_TRAININGS}/test_guards.py",),
    "trainings/_journal.py": (f"{_TRAININGS}/test_guards.py",),
    "trainings/_sql.py": (f"{_TRAININGS}/test_guards.py",),
    "trainings/_states.py": (f"{_TRAININGS}/test_guards.py",),
    "webhooks.py": (f"{_WEBHOOKS}/test_webhooks.py", f"{_WEBHOOKS}/test_webhooks_signing.py"),
}
# Excludes uploads of 50 MB and of 1 GiB.
SLOW = "not memory and not (bytes_arrive and MB)"

# Seconds that a test may take, for mutations that make the client wait forever.
LONGEST = 40.0


@dataclass(frozen=True)
class Result:
    """A mutation, with the first test that detected it, or None."""

    mutation: Mutation
    caught_by: str | None


def mutated(source: str, mutation: Mutation) -> str:
    """Return the text of a file after a mutation.

    Raises:
        ValueError: The text to replace is not in the file exactly once.
    """
    count = source.count(mutation.was)
    if count != 1:
        raise ValueError(
            f"{mutation.file}: {mutation.was!r} is there {count} times, not once: "
            f"update the mutation {mutation.name!r} in tests/unit/mutation/code_table.py"
        )
    return source.replace(mutation.was, mutation.becomes)


def run_tests(folder: Path, tests: tuple[str, ...]) -> str | None:
    """Run tests on the copies of `tryleap` and `templates` in a folder; return the first failure, or None."""
    command = [
        *(sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"),
        *("-p", "no:xdist", "-o", f"pythonpath={folder} {ROOT}", "-m", "not heavy", "-k", SLOW),
        *("-o", f"faulthandler_timeout={LONGEST:g}", *tests),
    ]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)  # noqa: S603 - a command of ours
    if done.returncode == 0:
        return None
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if failed:
        return failed[0].split(" ", 1)[1].partition(" - ")[0]
    return (
        f"a test that took longer than {LONGEST:g} s" if "Timeout (" in done.stderr else "no test could run"
    )


def make(mutation: Mutation, folder: Path) -> list[tuple[Path, str]]:
    """Apply a mutation to the copies in a folder, in templates/ and in _sync/ as well.

    Args:
        mutation: The mutation.
        folder: The folder with copies of `tryleap` and `templates`.

    Returns:
        The changed files, with their original texts.
    """
    names = {mutation.file, mutation.file.replace("_async/", "_sync/")}
    files = [
        file
        for name in sorted(names)
        for file in (folder / "tryleap" / name, folder / "templates" / name.replace("_runtime/", "runtime/"))
    ]
    before = [(file, file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    for file, source in before:
        # Python would use a compiled file of the same second and size.
        for compiled in file.parent.glob(f"__pycache__/{file.stem}.*"):
            compiled.unlink()
        file.write_text(mutated(source, mutation), encoding="utf-8")
    return before


def try_one(mutation: Mutation, copies: queue.Queue[Path]) -> Result:
    """Apply a mutation to a copy, run the tests, and restore the copy."""
    folder = copies.get()
    try:
        before = make(mutation, folder)
        try:
            caught_by = run_tests(folder, FIRST.get(mutation.file, TESTS)) or run_tests(folder, TESTS)
            return Result(mutation, caught_by)
        finally:
            for file, source in before:
                file.write_text(source, encoding="utf-8")
    finally:
        copies.put(folder)


def summary(result: Result) -> str:
    """Describe the result of a mutation in one line."""
    mutation = result.mutation
    if result.caught_by:
        end = f"caught by {result.caught_by}"
    else:
        end = f"SURVIVED: {mutation.survives or 'no test notices it, and the table gives no reason'}"
    return f"{mutation.file}: {mutation.name}: {end}"


def run_all(mutations: tuple[Mutation, ...], jobs: int) -> list[Result] | None:
    """Try mutations, `jobs` at a time; return the results, or None if the tests fail without any mutation."""
    with tempfile.TemporaryDirectory(prefix="tryleap-mutation-") as scratch:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(jobs):
            shutil.copytree(PACKAGE, Path(scratch) / str(number) / "tryleap")
            shutil.copytree(ROOT / "templates", Path(scratch) / str(number) / "templates")
            copies.put(Path(scratch) / str(number))
        unchanged = run_tests(Path(scratch) / "0", TESTS)
        if unchanged:
            print(f"{unchanged} fails without any mutation: fix that first", file=sys.stderr)
            return None
        results = []
        with ThreadPoolExecutor(jobs) as pool:
            for result in pool.map(lambda each: try_one(each, copies), mutations):
                print(summary(result), flush=True)
                results.append(result)
    return results


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("dev.mutate_code", __doc__)
    parser.add_argument("--only", default="", help="only mutations whose file or name contains this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    options = parser.parse_args(arguments)
    chosen = tuple(each for each in MUTATIONS if options.only in f"{each.file}: {each.name}")
    began = time.monotonic()
    results = run_all(chosen, max(1, options.jobs))
    if results is None:
        return 2
    survivors = [each for each in results if not each.caught_by]
    score = f"{len(results) - len(survivors)} of {len(results)} changes were caught"
    print(f"mutation of the code: {score} in {time.monotonic() - began:.0f} s")
    for each in survivors:
        print(f"  {summary(each)}")
    return 1 if not results or any(each.mutation.survives is None for each in survivors) else 0


if __name__ == "__main__":
    sys.exit(main())
