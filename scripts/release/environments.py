"""Create environments with uv, and install the package with its lowest or newest dependencies."""

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

# uv's names. The lowest versions are those of direct dependencies only.
RESOLUTIONS = {LOWEST: "lowest-direct", NEWEST: "highest"}

TRIAL = Path(__file__).with_name("trial.py")

# User settings that would change which versions are chosen or where they are installed. Those for the index
# are kept.
UNWANTED = (
    "UV_RESOLUTION",
    "UV_PRERELEASE",
    "UV_CONSTRAINT",
    "UV_OVERRIDE",
    "UV_INDEX_STRATEGY",
    "UV_PYTHON",
)


def settings() -> dict[str, str]:
    """Return the environment variables for uv and for programs in its environments."""
    unwanted = {*UNWANTED, "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    # Trust the system's certificates, as pip does by default.
    kept.setdefault("UV_SYSTEM_CERTS", "true")
    return direct({name: value for name, value in kept.items() if not name.startswith("LEAP_")})


def test_settings() -> dict[str, str]:
    """Return the environment variables for commands that run on the working tree and must not change it."""
    return {**settings(), "PYTHONDONTWRITEBYTECODE": "1", "CI": os.environ.get("CI", "")}


def uv(
    *arguments: str | Path,
    failure: str,
    scratch: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Run the pinned uv, with `settings` and without the user's configuration files.

    Args:
        arguments: The subcommand and its arguments.
        failure: The end of the message if it fails, after its own output.
        scratch: A folder for its temporary files.
        variables: Additional environment variables.

    Returns:
        Its output.

    Raises:
        DistributionError: It failed.
    """
    temporary = {"TMPDIR": str(scratch)} if scratch else {}
    return run(
        [sys.executable, "-m", "uv", *arguments, "--no-config"],
        failure,
        environment={**settings(), **temporary, **(variables or {})},
    )


def pip_install(environment: Path, *arguments: str | Path, failure: str) -> None:
    """Run `uv pip install` for an environment; see `uv`. It leaves temporary files beside the environment."""
    options = ("pip", "install", "--quiet", "--python", python_of(environment))
    uv(*options, *arguments, failure=failure, scratch=environment.parent)


def installed(environment: Path) -> dict[str, str]:
    """Return the versions of the packages in an environment, by name.

    Raises:
        DistributionError: They could not be listed.
    """
    listed = uv(
        *("pip", "list", "--quiet", "--format", "json", "--python", python_of(environment)),
        failure="the environment could not be listed (see above)",
    )
    return {each["name"]: each["version"] for each in json.loads(listed)}


def metadata(package: Package) -> Metadata:
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(package.wheel) as archive:
        text = archive.read(f"{NAME}-{package.version}.dist-info/METADATA")
    return Metadata.from_email(text)


def requirements(described: Metadata) -> list[Requirement]:
    """Return the dependencies of a package and its extras, without markers."""
    found = []
    for each in described.requires_dist or []:
        wanted = Requirement(str(each))
        wanted.marker = None
        found.append(wanted)
    return found


def python_of(environment: Path) -> Path:
    """Return the interpreter of an environment."""
    return environment / "bin" / "python"


def make(environment: Path, interpreter: str | Path = sys.executable) -> None:
    """Create an empty environment.

    Args:
        environment: Its folder.
        interpreter: Its Python; the one of this process by default.

    Raises:
        DistributionError: It could not be created.
    """
    uv(
        *("venv", "--quiet", "--python", interpreter, environment),
        failure="the environment could not be created (see above)",
    )


def install(package: Package, index: Index, environment: Path, which: str) -> Mapping[str, str]:
    """Install a package with its extras from an index, and its dependencies from the usual one.

    Args:
        package: The package that was uploaded to the index.
        index: The only index for the package itself.
        environment: An empty environment.
        which: LOWEST or NEWEST.

    Returns:
        The versions of its direct dependencies, by name.

    Raises:
        DistributionError: It could not be installed, the installed files are not those of the package, or the
            lowest versions are not the declared ones.
    """
    described = metadata(package)
    wanted = requirements(described)
    extras = ",".join(described.provides_extra or [])
    pip_install(
        environment,
        *("--index", index.simple, "--index-strategy", "first-index"),
        *("--resolution", RESOLUTIONS[which], "--refresh-package", NAME),
        *(f"{NAME}[{extras}]=={package.version}", *map(str, wanted)),
        failure=f"{NAME} {package.version} could not be installed with its {which} dependencies (see above)",
    )
    _insist_on_same(package, environment)
    versions = installed(environment)
    chosen = {each.name: versions[each.name] for each in wanted}
    if which == LOWEST:
        insist_on_declared(wanted, chosen)
    return chosen


def insist_on_declared(wanted: list[Requirement], chosen: Mapping[str, str]) -> None:
    """Refuse a declared lower bound that cannot be installed, and so was not tested.

    Args:
        wanted: The declared dependencies.
        chosen: The lowest compatible versions, by name.

    Raises:
        DistributionError: One of them is higher than the declared one.
    """
    for each in wanted:
        bounds = [Version(bound.version) for bound in each.specifier if bound.operator == ">="]
        if bounds != [Version(chosen[each.name])]:
            raise DistributionError(
                f"{each} is declared, but the lowest that can be installed beside the others is "
                f"{chosen[each.name]}: write {each.name}>={chosen[each.name]} into pyproject.toml"
            )


def _insist_on_same(package: Package, environment: Path) -> None:
    """Raise DistributionError if the installed files are not those of the wheel."""
    (folder,) = environment.glob("lib/python*/site-packages")
    with zipfile.ZipFile(package.wheel) as archive:
        for name in archive.namelist():
            path = folder / name
            # Installers add files to RECORD.
            same = name.endswith("/RECORD") or (path.is_file() and path.read_bytes() == archive.read(name))
            if not same:
                raise DistributionError(f"what was installed is not the wheel that was uploaded: see {name}")


def try_out(package: Package, environment: Path) -> str:
    """Use the installed package with its own simulator; see `trial`.

    Returns:
        A summary.

    Raises:
        DistributionError: Something did not work.
    """
    # -P excludes the folder of the file, with other modules of this project, from the path.
    return run(
        [python_of(environment), "-P", TRIAL, package.version],
        "the installed package does not work (see above)",
        folder=environment,
        environment=settings(),
    ).strip()
