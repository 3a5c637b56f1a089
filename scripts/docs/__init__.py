"""Builds the site: `python -m scripts.docs`."""
