"""Write the software bill of materials of an installed wheel, with CycloneDX's own tool."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from . import environments
from .package import NAME, Package
from .problems import run


def write(package: Package, epoch: int, output: Path) -> None:
    """Install the wheel without extras, and list the installed packages.

    Args:
        package: The package.
        epoch: The time of the list, in seconds since 1970.
        output: The file to write.

    Raises:
        DistributionError: The wheel could not be installed or listed, or the list is not valid CycloneDX.
    """
    described = environments.metadata(package)
    with tempfile.TemporaryDirectory(prefix="tryleap-sbom-") as scratch:
        environment = Path(scratch) / "environment"
        environments.make(environment)
        python = environments.python_of(environment)
        environments.pip_install(
            environment, package.wheel, failure="the wheel could not be installed (see above)"
        )
        # Not the project's own file, because its version is dynamic.
        project = Path(scratch) / "pyproject.toml"
        needed = [str(each) for each in described.requires_dist or [] if "extra" not in str(each)]
        lines = [
            f"{key} = {json.dumps(value)}"
            for key, value in {
                "name": NAME,
                "version": package.version,
                "description": described.summary,
                "license": described.license_expression,
                "dependencies": needed,
            }.items()
        ]
        project.write_text("\n".join(["[project]", *lines, ""]), encoding="utf-8")
        run(
            [
                *(sys.executable, "-m", "cyclonedx_py", "environment", "--validate", "--output-reproducible"),
                *("--pyproject", project, "--mc-type", "library", "--output-format", "JSON"),
                *("--output-file", output, python),
            ],
            "the installed packages could not be listed (see above)",
            environment={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        )
