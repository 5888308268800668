"""The web application: its server, its pages, and what goes around every answer."""
