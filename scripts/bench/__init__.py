"""Measuring the client beside what people would pick instead: `make bench`."""
