"""``/llms.txt``: what an assistant program should know of this service before it asks (llmstxt.org)."""

from collections.abc import Iterable

from api.answering.question import Question
from api.graph.dataset import Manifest

_HEAD = """# Who does what against human trafficking (atf)

> Knowledge graph of Romania's National Strategy against Trafficking in Persons 2018-2022: which institution holds \
which duty, for whom, by which act, and in which lines of the text it says so. In English and Romanian.

- The text read is an English translation; the Romanian original is the law. Answers are as of {as_of}: the strategy \
has expired, and later documents are not loaded.
- Cite the passage of an answer. `not_in_graph: true`, or an answer without rows, means that nothing is recorded: \
absence of data, not absence of a duty. Say so instead of guessing.
- Each statement is of one kind: stated by the document, external, interpreted by the editors, inferred.
- Dataset {sha256} (SHA-256). Everything is read-only and needs no key.

## For assistants

- [Model Context Protocol]({base}/mcp): streamable HTTP, one tool a question, and ask, find_entity, get_entity, \
findings, coverage. On the same machine: `atf mcp` on standard input and output.
- [Ask]({base}/ask?q=who+issues+residence+permits+to+victims&lang=en): a question in plain words, in Romanian or \
English, as JSON.
- [OpenAPI]({base}/openapi.json): all routes.

## Data

- [Questions]({base}/queries): the catalogue as JSON, with parameters and columns.
- [Findings]({base}/findings?format=json): gaps, overlaps, contradictions, with evidence.
- [Rules]({base}/rules?format=json): what the analysis looks for, and what it cannot see.
- [SPARQL]({base}/sparql): SPARQL 1.1 Protocol, read-only; a bare GET describes the service.
- [Dataset]({base}/dataset): dumps and their description.
- [Search]({base}/search?q=anitp&format=json): things by name, without diacritics too.

## Questions

"""


def llms_txt(questions: Iterable[Question], manifest: Manifest, base: str) -> str:
    """Return the text for a service at an address (without a slash at its end)."""
    head = _HEAD.format(as_of=manifest.as_of.isoformat(), sha256=manifest.sha256, base=base)
    lines = [f"- [{one.title.en}]({base}/queries/{one.id}): {one.summary.en}" for one in questions]
    return head + "\n".join(lines) + "\n"
