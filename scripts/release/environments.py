"""Create environments with the package and the lowest or newest versions of its dependencies."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.version import Version

from .index import Index, direct
from .package import NAME, Package
from .problems import DistributionError, run

LOWEST, NEWEST = "lowest", "newest"

# How uv calls them. Lowest counts for what the package asks for: what that asks for in turn is its own.
RESOLUTIONS = {LOWEST: "lowest-direct", NEWEST: "highest"}

TRIAL = Path(__file__).with_name("trial.py")

# Settings of a user that would change what is chosen, or where it is put. Where it comes from stays theirs.
UNWANTED = (
    "UV_RESOLUTION",
    "UV_PRERELEASE",
    "UV_CONSTRAINT",
    "UV_OVERRIDE",
    "UV_INDEX_STRATEGY",
    "UV_PYTHON",
)


def settings() -> dict[str, str]:
    """The environment variables for uv and for programs in an environment made by it."""
    unwanted = {*UNWANTED, "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    # pip trusts the system's certificates by default, uv only on request.
    kept.setdefault("UV_SYSTEM_CERTS", "true")
    return direct({name: value for name, value in kept.items() if not name.startswith("LEAP_")})


def uv(
    *arguments: str | Path,
    failure: str,
    scratch: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Run the pinned uv, with `settings` and without the user's configuration files.

    Args:
        arguments: the subcommand and its arguments.
        failure: what to say when it fails, after its own messages.
        scratch: where it may leave temporary files: it leaves locks there when it has to build something.
        variables: environment variables beside those of `settings`.

    Returns:
        Its output.

    Raises:
        DistributionError: it failed.
    """
    temporary = {"TMPDIR": str(scratch)} if scratch else {}
    return run(
        [sys.executable, "-m", "uv", *arguments, "--no-config"],
        failure,
        environment={**settings(), **temporary, **(variables or {})},
    )


def installed(environment: Path) -> dict[str, str]:
    """The versions of what is installed in an environment, by name.

    Raises:
        DistributionError: they could not be listed.
    """
    listed = uv(
        *("pip", "list", "--quiet", "--format", "json", "--python", python_of(environment)),
        failure="the environment could not be listed (see above)",
    )
    return {each["name"]: each["version"] for each in json.loads(listed)}


def metadata(package: Package) -> Metadata:
    """What the wheel says of itself."""
    with zipfile.ZipFile(package.wheel) as archive:
        text = archive.read(f"{NAME}-{package.version}.dist-info/METADATA")
    return Metadata.from_email(text)


def requirements(described: Metadata) -> list[Requirement]:
    """All that a package depends on, extras included, without the condition of the extra."""
    found = []
    for each in described.requires_dist or []:
        wanted = Requirement(str(each))
        wanted.marker = None
        found.append(wanted)
    return found


def python_of(environment: Path) -> Path:
    """The interpreter of an environment."""
    return environment / "bin" / "python"


def make(environment: Path, interpreter: str | Path = sys.executable) -> None:
    """Make an empty environment.

    Args:
        environment: where.
        interpreter: the Python to make it from; the one that runs this by default.

    Raises:
        DistributionError: uv could not make it.
    """
    uv(
        *("venv", "--quiet", "--python", interpreter, environment),
        failure="the environment could not be made (see above)",
    )


def install(package: Package, index: Index, environment: Path, which: str) -> Mapping[str, str]:
    """Install a package with its extras from an index, and what it depends on from where that usually comes.

    Args:
        package: what was uploaded to the index.
        index: it alone is asked for the package, even where another has one of that name.
        environment: an empty environment.
        which: LOWEST or NEWEST.

    Returns:
        The versions of what it depends on directly, by name.

    Raises:
        DistributionError: it could not be installed, what was installed is not the package, or the lowest
            versions are not those that it declares.
    """
    described = metadata(package)
    wanted = requirements(described)
    extras = ",".join(described.provides_extra or [])
    uv(
        *("pip", "install", "--quiet", "--python", python_of(environment)),
        *("--index", index.simple, "--index-strategy", "first-index"),
        *("--resolution", RESOLUTIONS[which], "--refresh-package", NAME),
        *(f"{NAME}[{extras}]=={package.version}", *map(str, wanted)),
        failure=f"{NAME} {package.version} could not be installed with its {which} dependencies (see above)",
        scratch=environment.parent,
    )
    _insist_on_same(package, environment)
    versions = installed(environment)
    chosen = {each.name: versions[each.name] for each in wanted}
    if which == LOWEST:
        insist_on_declared(wanted, chosen)
    return chosen


def insist_on_declared(wanted: list[Requirement], chosen: Mapping[str, str]) -> None:
    """Refuse a declared lower bound that nothing can be installed on: it promises what nobody has tried.

    Args:
        wanted: what the package declares.
        chosen: the lowest versions that go together, by name.

    Raises:
        DistributionError: one of them is higher than what is declared.
    """
    for each in wanted:
        bounds = [Version(bound.version) for bound in each.specifier if bound.operator == ">="]
        if bounds != [Version(chosen[each.name])]:
            raise DistributionError(
                f"{each} is declared, but the lowest that can be installed beside the others is "
                f"{chosen[each.name]}: write {each.name}>={chosen[each.name]} into pyproject.toml"
            )


def _insist_on_same(package: Package, environment: Path) -> None:
    """Refuse an installation whose files are not those of the wheel."""
    (folder,) = environment.glob("lib/python*/site-packages")
    with zipfile.ZipFile(package.wheel) as archive:
        for name in archive.namelist():
            path = folder / name
            # Installers rewrite RECORD, because they add files.
            same = name.endswith("/RECORD") or (path.is_file() and path.read_bytes() == archive.read(name))
            if not same:
                raise DistributionError(f"what was installed is not the wheel that was uploaded: see {name}")


def try_out(package: Package, environment: Path) -> str:
    """Use the installed package in all its ways against its own simulator.

    Returns:
        What it says when all went well.

    Raises:
        DistributionError: something did not work.
    """
    # -P keeps the folder of the file, with other modules of this project, out of the way.
    return run(
        [python_of(environment), "-P", TRIAL, package.version],
        "the installed package does not do what it should (see above)",
        folder=environment,
        environment=settings(),
    ).strip()
