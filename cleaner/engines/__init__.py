"""Engines move documents to `Cleaner.clean_batch` and its results back."""
