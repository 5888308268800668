"""The store on real servers: Oxigraph and Apache Jena Fuseki, filled by `atf load`, and replicas behind nginx."""
