"""Build the site: `python -m scripts.docs`."""
