"""Perspectives: the same answers as a matrix, a dossier, a tree, a timeline, a ranking, a chain of care."""
