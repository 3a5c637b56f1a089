"""Show what the newest openapi-python-client would change in generated/.

The generator pins this parser exactly, because its Python interface is not stable. This command generates
with the newest version, in a temporary environment and folder, and compares. The exit status is 0 if nothing
would change, otherwise 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ..generator.render import differences
from ..options import ROOT, command_parser
from ..release import environments
from ..release.problems import DistributionError

PARSER = "openapi-python-client"

# What the generator imports or runs.
GENERATOR = ("attrs", "jinja2", PARSER, "openapi-spec-validator", "pyyaml", "ruff", "unasync")


def pins(lock: Path) -> list[str]:
    """Return the pins of a lock that have no marker, without their hashes."""
    return re.findall(r"^([a-z0-9][^\s\\]*==[^\s\\]+) \\$", lock.read_text(encoding="utf-8"), re.MULTILINE)


def _make_newest(scratch: Path) -> tuple[Path, list[str]]:
    """Create an environment with the newest parser; return it and how its packages differ from the lock's."""
    environment = scratch / "environment"
    environments.make(environment)
    constraints = scratch / "constraints.txt"
    constraints.write_text("\n".join(pins(ROOT / "scripts" / "locks" / "dev.txt")), encoding="utf-8")
    failure = "the generator's packages could not be installed (see above)"
    environments.pip_install(environment, "--constraint", constraints, *GENERATOR, failure=failure)
    before = environments.installed(environment)
    environments.pip_install(environment, "--upgrade-package", PARSER, PARSER, failure=failure)
    after = environments.installed(environment)
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return environment, [f"{name} {before.get(name, '-')} -> {after.get(name, '-')}" for name in names]


def generate(environment: Path, output: Path) -> str | None:
    """Generate with the packages of an environment; return the output if that failed, otherwise None."""
    done = subprocess.run(  # noqa: S603 - a command of ours
        [environments.python_of(environment), "-m", "scripts.generate", "--output", output],
        cwd=ROOT,
        env=environments.test_settings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.stdout}{done.stderr}".strip() if done.returncode else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    command_parser("dev.check_parser", __doc__).parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="tryleap-parser-") as folder:
            environment, changed = _make_newest(Path(folder))
            print("\n".join(changed) or f"{PARSER}: the pinned version is the newest")
            output = Path(folder) / "generated"
            failure = generate(environment, output)
            report = [] if failure else differences.describe(ROOT / "generated", output)
    except DistributionError as error:
        print(f"check-parser: {error}", file=sys.stderr)
        return 1
    if failure:
        print(f"{failure}\n\nNothing can be generated with these versions (see above).")
        return 1
    if report:
        print(differences.shorten(report))
        print(f"\nThese versions would change {len(report)} generated files, as shown.")
        return 1
    print("These versions would not change generated/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
