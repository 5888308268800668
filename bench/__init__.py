"""Measurements; each file is a script of its own."""
