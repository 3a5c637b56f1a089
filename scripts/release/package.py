"""Build the wheel and the sdist, and check them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

from attrs import frozen

from ..repository import unpack
from .checkout import Checkout
from .problems import DistributionError, run
from .versions import declared

NAME = "tryleap"

# The other files of the wheel, in addition to the import package, and of the sdist, in addition to
# pyproject.toml's.
METADATA = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
ADDED_TO_SDIST = ("PKG-INFO", "pyproject.toml", ".gitignore")

# The project has no mail address: SECURITY.md links to the form for reports.
UNKNOWN_TO_PYROMA = "AuthorEmail"


@frozen
class Package:
    """A wheel and an sdist of one version.

    Args:
        wheel: The path of the wheel.
        sdist: The path of the sdist.
        version: The version in their names.
    """

    wheel: Path
    sdist: Path
    version: str

    @property
    def files(self) -> tuple[Path, Path]:
        """Both files, sorted by name."""
        return (self.wheel, self.sdist)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find(folder: Path) -> Package:
    """Return the package in a folder such as dist/.

    Raises:
        DistributionError: The folder does not contain exactly one package.
    """
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    versions = {match[1] for name in names if (match := re.fullmatch(rf"{NAME}-([^-]+?)\.tar\.gz", name))}
    for version in versions:
        wheel, sdist = f"{NAME}-{version}-py3-none-any.whl", f"{NAME}-{version}.tar.gz"
        if names == sorted([wheel, sdist]):
            return Package(folder / wheel, folder / sdist, version)
    found = ", ".join(names) or "nothing"
    raise DistributionError(
        f"{folder.name}/ should contain one wheel and its sdist and nothing else, but contains {found}: "
        "run make rehearse, which writes it again"
    )


def build(checkout: Checkout, output: Path, *, tree: bool = False) -> Package:
    """Build and check the wheel and the sdist, from a copy of the checkout.

    The wheel is built twice, from the copy and from the sdist, and both must be equal.

    Args:
        checkout: The checkout.
        output: The folder for the files, whose earlier wheels and sdists are removed.
        tree: Whether to build the working tree instead of the last commit.

    Returns:
        The package.

    Raises:
        DistributionError: It could not be built, or a check failed; `output` is unchanged.
    """
    epoch = checkout.commit_time()
    with tempfile.TemporaryDirectory(prefix="tryleap-build-") as scratch:
        source = Path(scratch) / "source"
        checkout.export(source, tree=tree)
        made = _build_backend(source, Path(scratch) / "made", epoch, "--sdist", "--wheel")
        package = find(made)
        with tarfile.open(package.sdist) as archive:
            unpack(archive, Path(scratch) / "sdist")
        unpacked = Path(scratch) / "sdist" / package.sdist.name.removesuffix(".tar.gz")
        again = _build_backend(unpacked, Path(scratch) / "again", epoch, "--wheel") / package.wheel.name
        if not again.is_file() or again.read_bytes() != package.wheel.read_bytes():
            raise DistributionError(
                "the wheel built from the sdist differs from the one built from the tree: include all "
                "sources of the wheel in the sdist, in [tool.hatch.build] of pyproject.toml"
            )
        check(package, source)
        return _put(package, output)


def _build_backend(source: Path, output: Path, epoch: int, *kinds: str) -> Path:
    """Run the build backend of this environment on a folder; return the folder of its output."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HATCH_")}
    run(
        [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", output, source],
        "the package could not be built (see above)",
        environment={**settings, "SOURCE_DATE_EPOCH": str(epoch)},
    )
    return output


def _put(package: Package, output: Path) -> Package:
    output.mkdir(parents=True, exist_ok=True)
    for old in (*output.glob("*.whl"), *output.glob("*.tar.gz")):
        old.unlink()
    for path in package.files:
        shutil.copyfile(path, output / path.name)
    return find(output)


def check(package: Package, source: Path) -> None:
    """Check a package against its sources, and with twine, check-wheel-contents and pyroma.

    Args:
        package: The package.
        source: The copy of the checkout that it was built from.

    Raises:
        DistributionError: Something is missing, unexpected or wrong.
    """
    version = declared(source)
    if package.version != version:
        raise DistributionError(
            f"the package has version {package.version}, generator-config.yaml {version}: run make generate"
        )
    compare("wheel", names_in_wheel(package.wheel), expected_in_wheel(source, version))
    compare("sdist", names_in_sdist(package.sdist), expected_in_sdist(source))
    run(
        [sys.executable, "-m", "twine", "check", "--strict", *package.files],
        "twine rejects the metadata (see above): fix [project] in pyproject.toml, or the README's template",
    )
    omit = ("--package-omit", "__pycache__", "--toplevel", NAME)
    run(
        [
            *(sys.executable, "-m", "check_wheel_contents", "--no-config"),
            *("--package", source / "generated" / NAME, *omit, package.wheel),
        ],
        "check-wheel-contents rejects the wheel (see above): fix [tool.hatch.build.targets.wheel]",
    )
    run(
        [sys.executable, "-m", "pyroma", "--min=10", f"--skip-tests={UNKNOWN_TO_PYROMA}", package.sdist],
        "pyroma misses metadata (see above): fix [project] in pyproject.toml",
    )


def names_in_wheel(path: Path) -> set[str]:
    """Return the names of the files in a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def names_in_sdist(path: Path) -> set[str]:
    """Return the names of the files in an sdist, relative to its folder."""
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers() if not member.isdir()}


def expected_in_wheel(source: Path, version: str) -> set[str]:
    """Return the names of the files that the wheel should have."""
    package = source / "generated" / NAME
    files = {str(path.relative_to(package.parent)) for path in package.rglob("*") if path.is_file()}
    return files | {f"{NAME}-{version}.dist-info/{name}" for name in METADATA}


def expected_in_sdist(source: Path) -> set[str]:
    """Return the names of the files that the sdist should have."""
    pyproject = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))
    included = pyproject["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    files = set(ADDED_TO_SDIST)
    for name in included:
        inside = (source / name).rglob("*") if (source / name).is_dir() else [source / name]
        files |= {str(path.relative_to(source)) for path in inside if path.is_file()}
    return files


def compare(kind: str, found: set[str], expected: set[str]) -> None:
    """Compare the files of a package with the expected ones.

    Raises:
        DistributionError: They differ.
    """
    lines = [f"  missing: {name}" for name in sorted(expected - found)]
    lines += [f"  unexpected: {name}" for name in sorted(found - expected)]
    if lines:
        listed = "\n".join(lines)
        raise DistributionError(
            f"the {kind} has wrong contents:\n{listed}\nFix [tool.hatch.build] in pyproject.toml"
        )
