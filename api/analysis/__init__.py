"""The analysis: rules over a graph, their findings, and the reports of them."""
