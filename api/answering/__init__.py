"""Named questions and their answers, with labels, places in the text and the standing of documents."""
