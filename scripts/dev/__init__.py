"""Commands for developers: setup, checks, demos and upgrades."""
