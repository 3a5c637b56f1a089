"""From a commit to a package on an index: building, rehearsing, releasing, publishing."""
