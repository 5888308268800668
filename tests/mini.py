"""A checkout in miniature, for tests that break something in it and watch the build."""

import shutil
from pathlib import Path

from api.settings import ROOT, Settings
from api.vocabulary import PREFIXES

HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items()) + (
    "PREFIX inst: <https://w3id.org/atf/id/institution/>\n"
    "PREFIX resp: <https://w3id.org/atf/id/responsibility/>\n"
    "PREFIX doc: <https://w3id.org/atf/id/document/>\n"
    "PREFIX role: <https://w3id.org/atf/scheme/role/>\n"
    "PREFIX kind: <https://w3id.org/atf/scheme/assertion-kind/>\n"
)

ONTOLOGY = """
<https://w3id.org/atf/ontology> a owl:Ontology ; skos:prefLabel "Ontology"@en, "Ontologie"@ro .
atf:Institution a owl:Class ; skos:prefLabel "Institution"@en, "Instituție"@ro .
atf:InstitutionGroup a owl:Class ; rdfs:subClassOf atf:Institution ; skos:prefLabel "Group"@en, "Grup"@ro .
atf:PolicyDocument a owl:Class ; skos:prefLabel "Policy document"@en, "Document de politici"@ro .
atf:Passage a owl:Class ; skos:prefLabel "Passage"@en, "Pasaj"@ro .
atf:Responsibility a owl:Class ; skos:prefLabel "Responsibility"@en, "Responsabilitate"@ro .
atf:Interpretation a owl:Class ; skos:prefLabel "Interpretation"@en, "Interpretare"@ro .
atf:LeadResponsibility a owl:Class ; skos:prefLabel "Lead"@en, "Principală"@ro ;
  owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( atf:Responsibility
    [ a owl:Restriction ; owl:onProperty atf:role ; owl:hasValue role:lead ] ) ] .
[] a owl:AllDisjointClasses ;
  owl:members ( atf:Institution atf:PolicyDocument atf:Passage atf:Responsibility ) .
atf:holder a owl:ObjectProperty ; rdfs:domain atf:Responsibility ; rdfs:range atf:Institution ;
  skos:prefLabel "holder"@en, "titular"@ro .
atf:concerns a owl:ObjectProperty ; skos:prefLabel "concerns"@en, "privește"@ro .
atf:role a owl:ObjectProperty ; skos:prefLabel "role"@en, "rol"@ro .
atf:isInvolvedIn a owl:ObjectProperty ; skos:prefLabel "is involved in"@en, "este implicată în"@ro ;
  owl:propertyChainAxiom ( [ owl:inverseOf atf:holder ] atf:concerns ) .
atf:firstLine a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:range xsd:integer ;
  skos:prefLabel "first line"@en, "primul rând"@ro .
atf:validFrom a owl:DatatypeProperty ; skos:prefLabel "valid from"@en, "valabil de la"@ro .
atf:validThrough a owl:DatatypeProperty ; skos:prefLabel "valid through"@en, "valabil până la"@ro .
atf:contentLoaded a owl:DatatypeProperty ; rdfs:range xsd:boolean ;
  skos:prefLabel "loaded"@en, "încărcat"@ro .
atf:asOf a owl:DatatypeProperty ; skos:prefLabel "as of"@en, "la data de"@ro .
atf:addresses a owl:ObjectProperty ; skos:prefLabel "addresses"@en, "abordează"@ro .
atf:assertionKind a owl:ObjectProperty ; skos:prefLabel "kind of assertion"@en, "felul afirmației"@ro .
atf:confidenceScore a owl:DatatypeProperty ; skos:prefLabel "confidence"@en, "încredere"@ro .
atf:aboutSubject a owl:AnnotationProperty ; skos:prefLabel "about subject"@en, "despre subiect"@ro .
atf:aboutPredicate a owl:AnnotationProperty ; skos:prefLabel "about predicate"@en, "despre predicat"@ro .
atf:aboutObject a owl:AnnotationProperty ; skos:prefLabel "about object"@en, "despre obiect"@ro .
skos:prefLabel a owl:AnnotationProperty . skos:note a owl:AnnotationProperty .
skos:inScheme a owl:ObjectProperty . skos:Concept a owl:Class . skos:ConceptScheme a owl:Class .
dcterms:source a owl:ObjectProperty . dcterms:created a owl:DatatypeProperty .
eli:is_part_of a owl:ObjectProperty . dcat:Dataset a owl:Class . prov:Agent a owl:Class .
prov:wasAttributedTo a owl:ObjectProperty .
org:subOrganizationOf a owl:ObjectProperty ; rdfs:subPropertyOf org:transitiveSubOrganizationOf .
org:transitiveSubOrganizationOf a owl:ObjectProperty, owl:TransitiveProperty .
"""

ROLES = """
scheme:role a skos:ConceptScheme ; skos:prefLabel "Roles"@en, "Roluri"@ro .
role:lead a skos:Concept ; skos:inScheme scheme:role ; skos:prefLabel "lead"@en, "principal"@ro .
"""

KINDS = """
scheme:assertion-kind a skos:ConceptScheme ; skos:prefLabel "Kinds"@en, "Feluri"@ro .
kind:stated a skos:Concept ; skos:inScheme scheme:assertion-kind ; skos:prefLabel "stated"@en, "declarat"@ro .
kind:interpreted a skos:Concept ; skos:inScheme scheme:assertion-kind ; skos:prefLabel "own"@en, "dedus"@ro .
"""

CATALOG = """
<https://w3id.org/atf/id/agent/editors> a prov:Agent ; skos:prefLabel "Editors"@en, "Editorii"@ro .
graph:duties a dcat:Dataset ; atf:assertionKind kind:stated ; prov:wasAttributedTo
  <https://w3id.org/atf/id/agent/editors> ; skos:prefLabel "Duties"@en, "Atribuții"@ro .
graph:bodies a dcat:Dataset ; atf:assertionKind kind:stated ; prov:wasAttributedTo
  <https://w3id.org/atf/id/agent/editors> ; skos:prefLabel "Bodies"@en, "Organisme"@ro .
"""

BODIES = """
inst:agency a atf:Institution ; skos:prefLabel "Agency"@en, "Agenția"@ro ;
  org:subOrganizationOf inst:police .
inst:police a atf:Institution ; skos:prefLabel "Police"@en, "Poliția"@ro ;
  org:subOrganizationOf inst:ministry .
inst:ministry a atf:Institution ; skos:prefLabel "Ministry"@en, "Ministerul"@ro .
doc:plan a atf:PolicyDocument ; skos:prefLabel "Plan"@en, "Planul"@ro ; atf:contentLoaded true ;
  atf:validFrom "2018-01-01"^^xsd:date ; atf:validThrough "2022-12-31"^^xsd:date .
<https://w3id.org/atf/id/passage/plan-1> a atf:Passage ; skos:prefLabel "Plan, 1"@en, "Planul, 1"@ro ;
  eli:is_part_of doc:plan ; atf:firstLine 1 .
"""

DUTIES = """
resp:training a atf:Responsibility ; skos:prefLabel "Train border guards"@en, "Instruirea polițiștilor"@ro ;
  atf:holder inst:agency ; atf:role role:lead ; atf:concerns doc:plan ; atf:firstLine 4 ;
  dcterms:source <https://w3id.org/atf/id/passage/plan-1> .
"""

FILES = {
    "ontology/atf.ttl": ONTOLOGY,
    "ontology/schemes/role.ttl": ROLES,
    "ontology/schemes/assertion-kind.ttl": KINDS,
    "data/catalog.ttl": CATALOG,
    "data/bodies.ttl": BODIES,
    "data/duties.ttl": DUTIES,
}


class Mini:
    """A checkout of a few files under a folder, with the real shapes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = Settings(root=root, build=root / "build")
        for name, text in FILES.items():
            self.write(name, text)
        shutil.copytree(ROOT / "shapes" / "integrity", root / "shapes" / "integrity")
        shutil.copy(ROOT / "shapes" / "prefixes.ttl", root / "shapes" / "prefixes.ttl")

    def write(self, name: str, text: str) -> None:
        """Write a Turtle file; the prefixes are put before it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + text, encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Add statements to a Turtle file."""
        path = self.root / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace words that stand once in a file."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (self.root / name).write_text(text.replace(old, new), encoding="utf-8")
