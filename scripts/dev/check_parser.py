"""Show what the newest openapi-python-client would change in generated/.

The generator pins this parser exactly, because its Python interface is not stable. This command generates
with the newest version, in a temporary environment and folder, and compares. It exits with status 0 if
nothing would change, otherwise 1.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ..generator.render import differences
from ..release import environments
from ..release.problems import DistributionError

ROOT = Path(__file__).resolve().parents[2]

PARSER = "openapi-python-client"

# What the generator itself imports or runs.
GENERATOR = ("attrs", "jinja2", PARSER, "openapi-spec-validator", "pyyaml", "ruff", "unasync")


def pins(lock: Path) -> list[str]:
    """The pins of a lock for all systems and interpreters, without their hashes."""
    return re.findall(r"^([a-z0-9][^\s\\]*==[^\s\\]+) \\$", lock.read_text(encoding="utf-8"), re.MULTILINE)


def make_newest(scratch: Path) -> tuple[Path, list[str]]:
    """Make an environment like the project's own, but for the parser and what that needs otherwise.

    Args:
        scratch: an empty folder.

    Returns:
        The environment, and what is other in it than in the project's.

    Raises:
        DistributionError: it could not be made.
    """
    environment = scratch / "environment"
    environments.make(environment)
    constraints = scratch / "constraints.txt"
    constraints.write_text("\n".join(pins(ROOT / "scripts" / "locks" / "dev.txt")), encoding="utf-8")
    install = ("pip", "install", "--quiet", "--python", environments.python_of(environment))
    failure = "the generator's packages could not be installed (see above)"
    environments.uv(*install, "--constraint", constraints, *GENERATOR, failure=failure, scratch=scratch)
    before = environments.installed(environment)
    environments.uv(*install, "--upgrade-package", PARSER, PARSER, failure=failure, scratch=scratch)
    after = environments.installed(environment)
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return environment, [f"{name} {before.get(name, '-')} -> {after.get(name, '-')}" for name in names]


def generate(environment: Path, output: Path) -> str | None:
    """Generate with the packages of an environment; returns what was said where that failed, else None."""
    done = subprocess.run(  # noqa: S603 - a command of ours
        [environments.python_of(environment), "-m", "scripts.generate", "--output", output],
        cwd=ROOT,
        env={**environments.settings(), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.stdout}{done.stderr}".strip() if done.returncode else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    argparse.ArgumentParser(
        prog="python -m scripts.dev.check_parser",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="tryleap-parser-") as folder:
            environment, changed = make_newest(Path(folder))
            print("\n".join(changed) or f"{PARSER}: the pinned version is the newest")
            output = Path(folder) / "generated"
            failure = generate(environment, output)
            report = [] if failure else differences.describe(ROOT / "generated", output)
    except DistributionError as error:
        print(f"check-parser: {error}", file=sys.stderr)
        return 1
    if failure:
        print(f"{failure}\n\nWith these versions nothing can be generated (see above).")
        return 1
    if report:
        print(differences.shorten(report))
        print(f"\nWith these versions {len(report)} of the generated files would be other, as shown.")
        return 1
    print("With these versions generated/ would stay as it is.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
