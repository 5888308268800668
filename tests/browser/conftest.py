"""The browser and the finding that all of these tests share with the test of the page types."""

from tests.test_browser import browser, finding

__all__ = ["browser", "finding"]
