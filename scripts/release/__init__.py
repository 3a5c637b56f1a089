"""Build, rehearse, release and publish the package."""
