"""Bot API servers for tests: one that records, and one that nobody here wrote, behind a shim."""
