"""The command line's own part: what is the same for every API.

Rendered commands say what is called and with what; these modules read arguments, show results and progress,
and turn whatever goes wrong into two lines and an exit status. Everything heavy is imported where it is
needed: a command that prints JSON never loads what draws tables.
"""
