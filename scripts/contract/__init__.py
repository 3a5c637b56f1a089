"""Compare two revisions of the document, or our document with the published one."""
