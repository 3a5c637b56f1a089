"""Render templates, format the output, and write it atomically."""
