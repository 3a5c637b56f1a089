"""The generator and the other commands of the project: `python -m scripts.NAME` from the root."""
