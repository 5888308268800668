"""The grammar of SPARQL 1.1 queries (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, rules 1 to 138).

One rule a line, ``Name = …``; ``[ ]`` optional, ``{ }`` repeated, ``( | )`` choice. Words in capitals and
marks in quotes stand for themselves, words in lower case for a kind of token (``api.sparql.tokens``); ``nil`` is (),
``anon`` is [], ``signed`` a number with its sign. SERVICE is left out.
"""

from typing import Final

GRAMMAR: Final = """
Query = Prologue ( SelectQuery | ConstructQuery | DescribeQuery | AskQuery ) [ ValuesClause ] end
Prologue = { BASE iri | PREFIX name iri | VERSION string }
SelectQuery = SelectClause { DatasetClause } WhereClause SolutionModifier
SubSelect = SelectClause WhereClause SolutionModifier [ ValuesClause ]
SelectClause = SELECT [ DISTINCT | REDUCED ] ( SelectItem { SelectItem } | '*' )
SelectItem = variable | '(' Expression AS variable ')'
ConstructQuery = CONSTRUCT ( Template { DatasetClause } WhereClause SolutionModifier | { DatasetClause } WHERE Template SolutionModifier )
Template = '{' [ TriplesTemplate ] '}'
TriplesTemplate = Triples [ '.' [ TriplesTemplate ] ]
DescribeQuery = DESCRIBE ( VarOrIri { VarOrIri } | '*' ) { DatasetClause } [ WhereClause ] SolutionModifier
AskQuery = ASK { DatasetClause } WhereClause SolutionModifier
DatasetClause = FROM ( Iri | NAMED Iri )
WhereClause = [ WHERE ] Group
SolutionModifier = [ GROUP BY GroupCondition { GroupCondition } ] [ HAVING Constraint { Constraint } ] [ ORDER BY OrderCondition { OrderCondition } ] [ LimitOffset ]
GroupCondition = BuiltInCall | FunctionCall | '(' Expression [ AS variable ] ')' | variable
OrderCondition = ( ASC | DESC ) Bracketed | Constraint | variable
LimitOffset = LIMIT number [ OFFSET number ] | OFFSET number [ LIMIT number ]
ValuesClause = VALUES DataBlock
Group = '{' ( SubSelect | GroupBody ) '}'
GroupBody = [ TriplesBlock ] { GroupPart [ '.' ] [ TriplesBlock ] }
TriplesBlock = TriplesPath [ '.' [ TriplesBlock ] ]
GroupPart = Group { UNION Group } | OPTIONAL Group | LATERAL Group | MINUS Group | GRAPH VarOrIri Group | FILTER Constraint | BIND '(' Expression AS variable ')' | VALUES DataBlock
DataBlock = variable '{' { DataValue } '}' | nil '{' { nil } '}' | '(' { variable } ')' '{' { '(' { DataValue } ')' | nil } '}'
DataValue = Iri | Literal | BooleanLiteral | UNDEF
Constraint = Bracketed | BuiltInCall | FunctionCall
FunctionCall = Iri ArgList
ArgList = nil | '(' [ DISTINCT ] Expression { ',' Expression } ')'
ExpressionList = nil | '(' Expression { ',' Expression } ')'
Triples = VarOrTerm PropertyList | TriplesNode [ PropertyList ]
PropertyList = Verb ObjectList { ';' [ Verb ObjectList ] }
Verb = VarOrIri | A
ObjectList = GraphNode { ',' GraphNode }
TriplesNode = '(' GraphNode { GraphNode } ')' | '[' PropertyList ']'
GraphNode = VarOrTerm | TriplesNode
TriplesPath = VarOrTerm PropertyListPath | TriplesNodePath [ PropertyListPath ]
PropertyListPath = ( Path | variable ) ObjectListPath { ';' [ ( Path | variable ) ObjectListPath ] }
ObjectListPath = GraphNodePath { ',' GraphNodePath }
TriplesNodePath = '(' GraphNodePath { GraphNodePath } ')' | '[' PropertyListPath ']'
GraphNodePath = VarOrTerm | TriplesNodePath
Path = PathSequence { '|' PathSequence }
PathSequence = PathStep { '/' PathStep }
PathStep = PathElement | '^' PathElement
PathElement = PathPrimary [ '?' | '*' | '+' ]
PathPrimary = Iri | A | '!' ( PathOne | nil | '(' PathOne { '|' PathOne } ')' ) | '(' Path ')'
PathOne = Iri | A | '^' ( Iri | A )
VarOrTerm = variable | Iri | Literal | BooleanLiteral | blank | anon | nil
VarOrIri = variable | Iri
Iri = iri | name
Literal = string [ language | '^^' Iri ] | number | signed
BooleanLiteral = TRUE | FALSE
Expression = And { '||' And }
And = Relation { '&&' Relation }
Relation = Sum [ ( '=' | '!=' | '<' | '>' | '<=' | '>=' ) Sum | IN ExpressionList | NOT IN ExpressionList ]
Sum = Product { ( '+' | '-' ) Product | signed { ( '*' | '/' ) Unary } }
Product = Unary { ( '*' | '/' ) Unary }
Unary = '!' Primary | ( '+' | '-' ) Primary | Primary
Primary = Bracketed | BuiltInCall | Iri [ ArgList ] | Literal | BooleanLiteral | variable
Bracketed = '(' Expression ')'
BuiltInCall = Function ExpressionList | BOUND '(' variable ')' | EXISTS Group | NOT EXISTS Group | Aggregate | GROUP_CONCAT '(' [ DISTINCT ] Expression [ ';' SEPARATOR '=' string ] ')'
Aggregate = COUNT '(' [ DISTINCT ] ( '*' | Expression ) ')' | ( SUM | MIN | MAX | AVG | SAMPLE ) '(' [ DISTINCT ] Expression ')'
Function = ABS | ADJUST | BNODE | CEIL | COALESCE | CONCAT | CONTAINS | DATATYPE | DAY | ENCODE_FOR_URI | FLOOR | HASLANG | HASLANGDIR | HOURS | IF | IRI | ISBLANK | ISIRI | ISLITERAL | ISNUMERIC | ISTRIPLE | ISURI | LANG | LANGDIR | LANGMATCHES | LCASE | MD5 | MINUTES | MONTH | NOW | OBJECT | PREDICATE | RAND | REGEX | REPLACE | ROUND | SAMETERM | SAMEVALUE | SECONDS | SHA1 | SHA256 | SHA384 | SHA512 | STR | STRAFTER | STRBEFORE | STRDT | STRENDS | STRLANG | STRLANGDIR | STRLEN | STRSTARTS | STRUUID | SUBJECT | SUBSTR | TIMEZONE | TRIPLE | TZ | UCASE | URI | UUID | YEAR
"""  # noqa: E501  # one rule a line reads like the specification
