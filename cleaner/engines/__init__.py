"""Engines move documents to `Cleaner.clean_batch` and its results back, in forms of `corpus`."""
