"""The application behind the command ``atf``: build, check, serve and query a framework graph."""

from importlib.metadata import version

__version__ = version("atf")
