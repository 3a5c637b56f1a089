"""The part of the command line that is the same for every API.

Rendered commands say which method is called with which arguments. These modules parse arguments, show results
and progress, and report failures in two lines and an exit status. They import heavy modules where they need
them: a command that prints JSON never loads what draws tables.
"""
