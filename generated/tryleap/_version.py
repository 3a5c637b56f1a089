"""The version of the package, and how to install it. Written by the generator from generator-config.yaml."""

__version__ = "0.1.0"


def install_command(extra: str) -> str:
    """Return the command that installs this package with an extra.

    Args:
        extra: The extra's name.
    """
    return f'pip install ".[{extra}]" (in a checkout of tryleap)'
