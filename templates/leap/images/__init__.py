"""Check sample images before a training is paid for, prepare them, and make one for tests.

`check_images` and `sample_image` need the standard library alone; `prepare_images` needs the extra `images`.
"""

from __future__ import annotations

from ._check import ImageProblem, ProblemKind, check_images
from ._prepare import ImagePreparationError, prepare_images
from ._sample import sample_image

__all__ = [
    "ImagePreparationError",
    "ImageProblem",
    "ProblemKind",
    "check_images",
    "prepare_images",
    "sample_image",
]
