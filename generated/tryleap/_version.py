"""The version of the package. Written by the generator from generator-config.yaml."""

__version__ = "0.1.0"
