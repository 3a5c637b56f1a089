"""Measure the client and the generator, and compare them with alternatives: `make bench`."""
