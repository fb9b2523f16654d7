"""Classifiers for boilerplate: lines of text."""
