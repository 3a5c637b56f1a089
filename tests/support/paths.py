"""Where the checkout and its generated package are, and what a folder holds."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated"


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their relative paths, but for what running Python and its tools leave."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.endswith(("__pycache__", "_cache")) for part in path.parts)
    }
