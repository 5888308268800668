"""The graph in the vocabularies that EU tools accept: one CONSTRUCT file a profile, run as it stands."""
