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

# Files of the wheel besides the import package, and of the sdist besides what pyproject.toml includes.
METADATA = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
ADDED_TO_SDIST = ("PKG-INFO", "pyproject.toml", ".gitignore")

# There is no mail address: SECURITY.md names the form for reports.
UNKNOWN_TO_PYROMA = "AuthorEmail"


@frozen
class Package:
    """A wheel and an sdist of one version.

    Args:
        wheel: the file.
        sdist: the file.
        version: as their names have it.
    """

    wheel: Path
    sdist: Path
    version: str

    @property
    def files(self) -> tuple[Path, Path]:
        """Both, in the order of their names."""
        return (self.wheel, self.sdist)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find(folder: Path) -> Package:
    """The one package that a folder holds.

    Args:
        folder: dist/ or its like.

    Returns:
        The package.

    Raises:
        DistributionError: it holds none, several, or something else beside it.
    """
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    versions = {match[1] for name in names if (match := re.fullmatch(rf"{NAME}-([^-]+?)\.tar\.gz", name))}
    for version in versions:
        wheel, sdist = f"{NAME}-{version}-py3-none-any.whl", f"{NAME}-{version}.tar.gz"
        if names == sorted([wheel, sdist]):
            return Package(folder / wheel, folder / sdist, version)
    held = ", ".join(names) or "nothing"
    raise DistributionError(
        f"{folder.name}/ should hold one wheel and its sdist and nothing else, but holds {held}: "
        "run make rehearse, which writes it again"
    )


def build(checkout: Checkout, output: Path, *, tree: bool = False) -> Package:
    """Build and check the wheel and the sdist, from a copy of the checkout, so that nothing else is included.

    The wheel is made twice, from the tree and from the sdist, and both have to be the same.

    Args:
        checkout: what to build.
        output: a folder whose earlier wheels and sdists give way to these.
        tree: build the work tree as it is, instead of the last commit.

    Returns:
        The package.

    Raises:
        DistributionError: it could not be made, or a judge refuses it; `output` is then as it was.
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
                "the wheel made from the sdist is not the one made from the tree: see that "
                "[tool.hatch.build] in pyproject.toml includes in the sdist whatever the wheel is made of"
            )
        judge(package, source)
        return _put(package, output)


def _build_backend(source: Path, output: Path, epoch: int, *kinds: str) -> Path:
    """Run the build backend of this environment on a folder; returns where its output is."""
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


def judge(package: Package, source: Path) -> None:
    """Check a package against its sources, and with tools that check packages.

    Args:
        package: what was made.
        source: the copy of the checkout from which.

    Raises:
        DistributionError: something is missing, too much or wrong.
    """
    version = declared(source)
    if package.version != version:
        raise DistributionError(
            f"the package says version {package.version}, generator-config.yaml {version}: run make generate"
        )
    compare("wheel", names_in_wheel(package.wheel), expected_in_wheel(source, version))
    compare("sdist", names_in_sdist(package.sdist), expected_in_sdist(source))
    run(
        [sys.executable, "-m", "twine", "check", "--strict", *package.files],
        "twine refuses the metadata (see above): fix [project] in pyproject.toml, or the README's template",
    )
    omit = ("--package-omit", "__pycache__", "--toplevel", NAME)
    run(
        [
            *(sys.executable, "-m", "check_wheel_contents", "--no-config"),
            *("--package", source / "generated" / NAME, *omit, package.wheel),
        ],
        "check-wheel-contents refuses the wheel (see above): fix [tool.hatch.build.targets.wheel]",
    )
    run(
        [sys.executable, "-m", "pyroma", "--min=10", f"--skip-tests={UNKNOWN_TO_PYROMA}", package.sdist],
        "pyroma misses metadata (see above): fix [project] in pyproject.toml",
    )


def names_in_wheel(path: Path) -> set[str]:
    """The names of the files in a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def names_in_sdist(path: Path) -> set[str]:
    """The names of the files in an sdist, without its one folder."""
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers() if not member.isdir()}


def expected_in_wheel(source: Path, version: str) -> set[str]:
    """The import package as the checkout has it, and the metadata."""
    package = source / "generated" / NAME
    files = {str(path.relative_to(package.parent)) for path in package.rglob("*") if path.is_file()}
    return files | {f"{NAME}-{version}.dist-info/{name}" for name in METADATA}


def expected_in_sdist(source: Path) -> set[str]:
    """What pyproject.toml includes, as the checkout has it, and what the build backend adds."""
    pyproject = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))
    included = pyproject["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    files = set(ADDED_TO_SDIST)
    for name in included:
        inside = (source / name).rglob("*") if (source / name).is_dir() else [source / name]
        files |= {str(path.relative_to(source)) for path in inside if path.is_file()}
    return files


def compare(kind: str, found: set[str], expected: set[str]) -> None:
    """Refuse what is missing and what is too much.

    Raises:
        DistributionError: the two are not the same.
    """
    lines = [f"  missing: {name}" for name in sorted(expected - found)]
    lines += [f"  too much: {name}" for name in sorted(found - expected)]
    if lines:
        listed = "\n".join(lines)
        raise DistributionError(
            f"the {kind} has wrong contents:\n{listed}\nFix [tool.hatch.build] in pyproject.toml"
        )
