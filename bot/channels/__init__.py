"""Ways to speak with people; each module is the only importer of its library."""
