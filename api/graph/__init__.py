"""The graph: its source files, their checks, what follows from them, and the built dataset."""
