"""Fresh environments with the package in them, on the lowest or the newest of what it depends on."""

from __future__ import annotations

import os
import re
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
    """What uv and the programs of an environment are told of the world around them."""
    unwanted = {*UNWANTED, "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return direct({name: value for name, value in kept.items() if not name.startswith("LEAP_")})


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


def make(environment: Path) -> None:
    """Make an empty environment from the interpreter that runs this.

    Raises:
        DistributionError: uv could not make it.
    """
    run(
        [
            sys.executable,
            "-m",
            "uv",
            "venv",
            "--quiet",
            "--no-config",
            "--python",
            sys.executable,
            environment,
        ],
        "the environment could not be made (see above)",
        environment=settings(),
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
    run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config"),
            *("--python", python_of(environment), "--index", index.simple, "--index-strategy", "first-index"),
            *("--resolution", RESOLUTIONS[which], "--refresh-package", NAME),
            *(f"{NAME}[{extras}]=={package.version}", *map(str, wanted)),
        ],
        f"{NAME} {package.version} could not be installed on the {which} of what it depends on (see above)",
        # uv leaves locks among the temporary files when it has to build something.
        environment={**settings(), "TMPDIR": str(environment.parent)},
    )
    _insist_on_same(package, environment)
    listed = run(
        [sys.executable, "-m", "uv", "pip", "freeze", "--no-config", "--python", python_of(environment)],
        "the environment could not be listed",
        environment=settings(),
    )
    versions = dict(re.findall(r"^([^\s=]+)==(\S+)$", listed, re.MULTILINE))
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
            # Installers write RECORD anew, for what they add.
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
