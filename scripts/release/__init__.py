"""Build, rehearse, release and publish the package, and create environments to try it in."""
