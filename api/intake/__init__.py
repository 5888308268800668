"""The intake: action plans and monitoring reports as ministries write them, read into statements for review."""
