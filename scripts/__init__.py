"""The commands of the project, one a file, and the generator; run from the root as `python -m scripts.NAME`."""
