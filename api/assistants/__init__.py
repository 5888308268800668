"""For assistant programs: the questions as tools of the Model Context Protocol, and what they read first."""
