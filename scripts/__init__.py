"""The commands of the project, one a file, and the generator: `python -m scripts.NAME` from the root."""
