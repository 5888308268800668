"""The exam of the question-answering part: questions written from the text alone, and their scoring."""
