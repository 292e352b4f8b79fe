"""Phrase catalogs, one folder a locale."""
