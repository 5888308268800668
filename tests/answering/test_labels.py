"""Labels: in bulk, and in the language that a reader gets."""

from collections.abc import Iterator

import pytest

from api.answering.labels import CHUNK, choose, chunks, labels_of, local_name, values
from tests.small import ID, SCHEME, Small, framework


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with framework(tmp_path_factory.mktemp("build")) as found:
        yield found


def test_labels_come_in_all_languages_at_once(small: Small) -> None:
    wanted = [f"{ID}institution/pilots", f"{SCHEME}role/reporter", f"{ID}institution/none", "not an iri"]
    assert small.run(labels_of(small.store, wanted)) == {
        f"{ID}institution/pilots": {"en": "Pilot Service", "ro": "Serviciul de Pilotaj"},
        f"{SCHEME}role/reporter": {"en": "reporter"},
    }
    assert small.run(labels_of(small.store, [])) == {}


@pytest.mark.parametrize(
    ("label", "lang", "text"),
    [
        ({"en": "act", "ro": "actul"}, "ro", ("actul", "ro")),
        ({"en": "act"}, "ro", ("act", "en")),
        ({"ro": "actul"}, "en", ("actul", "ro")),
        ({"fr": "acte", "de": "Akt"}, "en", ("Akt", "de")),
        ({"": "HG 1"}, "ro", ("HG 1", None)),
        ({"en": ""}, "en", ("law-7", None)),
        (None, "en", ("law-7", None)),
    ],
)
def test_a_reader_gets_the_nearest_language_there_is(
    label: dict[str, str] | None, lang: str, text: tuple[str, str | None]
) -> None:
    assert choose(label, lang, f"{ID}act/law-7") == text


def test_the_last_part_of_an_iri_is_the_name_of_last_resort() -> None:
    assert local_name("http://www.w3.org/ns/org#changedBy") == "changedBy"
    assert local_name("http://data.europa.eu/eli/dir/2011/36/oj/") == "oj"


def test_many_iris_are_asked_in_parts_and_a_broken_one_never_leaves_its_brackets() -> None:
    parts = list(chunks(f"http://e/{number}" for number in [*range(CHUNK + 1), 1]))
    assert [len(part) for part in parts] == [CHUNK, 1]
    with pytest.raises(ValueError, match="IRI"):
        values("iri", ["http://e/> } #"])
