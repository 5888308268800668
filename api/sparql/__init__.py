"""SPARQL: reading a query, guarding it, evaluating it in workers or on a server, and its results."""
