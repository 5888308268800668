"""Questions in plain words, Romanian or English: what they ask, what the graph says, and when it says nothing."""
