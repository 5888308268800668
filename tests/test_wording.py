import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from api.wording import LANGUAGES, LOCALE, Words, wording, words

DOMAINS = sorted(path.stem for path in LOCALE.glob("*.pot"))
PLACEHOLDER = re.compile(r"\{[a-z_]*\}")
TEMPLATE = 'msgctxt "count.body"\nmsgid "{n} body"\nmsgid_plural "{n} bodies"\nmsgstr[0] ""\nmsgstr[1] ""\n'
HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=3; '
    'plural=(n == 1 ? 0 : n == 0 || (n % 100 > 0 && n % 100 < 20) ? 1 : 2);\\n"\n\n'
)
FORMS = TEMPLATE.replace('[0] ""', '[0] "{n} organism"').replace(
    '[1] ""', '[1] "{n} organisme"\nmsgstr[2] "{n} de organisme"'
)


def catalogue(folder: Path, translation: str, template: str = TEMPLATE) -> Words:
    (folder / "ro" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "test.pot").write_text(HEAD + template, encoding="utf-8")
    (folder / "ro" / "LC_MESSAGES" / "test.po").write_text(HEAD + translation, encoding="utf-8")
    return Words("test", folder)


def _texts(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_translation_has_every_key_once_and_no_other(domain: str) -> None:
    with (
        (LOCALE / f"{domain}.pot").open("rb") as source,
        (LOCALE / "ro" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file,
    ):
        template, translation = read_po(source), read_po(file, locale="ro")
    texts = [(message.context, message.id) for message in template if message.id]
    assert sorted((message.context or "", message.id) for message in translation if message.id) == sorted(
        (context or "", text) for context, text in texts
    )
    assert not translation.obsolete
    assert not any(message.fuzzy for message in translation if message.id)
    for path in (LOCALE / f"{domain}.pot", LOCALE / "ro" / "LC_MESSAGES" / f"{domain}.po"):
        keys = re.findall(r'^msgctxt "(.*)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(keys) == len(set(keys)), f"{path} has a key twice"
    # Cedillas are not Romanian letters.
    assert not [one.context for one in translation if set("şţŞŢ") & set("".join(_texts(one.string)))]


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_have_the_same_slots(domain: str) -> None:
    with (LOCALE / "ro" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        for message in read_po(file, locale="ro"):
            texts = [
                set(PLACEHOLDER.findall(text)) for text in (*_texts(message.id), *_texts(message.string)) if message.id
            ]
            # A sentence that is known by its form may leave a slot out, never add one.
            assert all(slots <= texts[0] if domain == "sentences" else slots == texts[0] for slots in texts), message


@pytest.mark.parametrize("domain", ["analysis", "intake"])
def test_every_word_stands_in_both_languages(domain: str) -> None:
    found = wording(domain)
    assert found
    assert all(tuple(texts) == LANGUAGES for section in found.values() for texts in section.values())
    # The catalogues are read once.
    assert wording(domain) is found
    assert words(domain) is words(domain)


@pytest.mark.parametrize(
    ("number", "en", "ro"),
    [
        (0, "0 bodies", "0 organisme"),
        (1, "1 body", "1 organism"),
        (2, "2 bodies", "2 organisme"),
        (19, "19 bodies", "19 organisme"),
        (20, "20 bodies", "20 de organisme"),
        (101, "101 bodies", "101 organisme"),
        (1234, "1,234 bodies", "1.234 de organisme"),
    ],
)
def test_a_count_reads_right_in_each_language(tmp_path: Path, number: int, en: str, ro: str) -> None:
    found = catalogue(tmp_path, FORMS)
    assert (found.counted("count.body", number, "en"), found.counted("count.body", number, "ro")) == (en, ro)


@pytest.mark.parametrize(
    "translation",
    ["", "#, fuzzy\n" + FORMS, FORMS.replace("{n} de organisme", ""), FORMS.replace("{n} body", "{n} person")],
    ids=["missing", "fuzzy", "a form is missing", "of another text"],
)
def test_a_word_without_a_translation_is_named(tmp_path: Path, translation: str) -> None:
    with pytest.raises(ValueError, match=r"test\.po: count\.body needs a translation of"):
        catalogue(tmp_path, translation)


def test_a_damaged_catalogue_is_named_and_a_text_without_a_key_is_its_own(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"test\.po: "):
        catalogue(tmp_path / "one", 'msgctxt "a\nmsgid\n')
    found = catalogue(tmp_path / "two", 'msgid "Gap"\nmsgstr "Lacună"\n', 'msgid "Gap"\nmsgstr ""\n')
    assert (found.text("Gap", "en"), found.text("Gap", "ro")) == ("Gap", "Lacună")


def test_a_key_is_asked_for_as_what_it_is(tmp_path: Path) -> None:
    found = catalogue(tmp_path, FORMS)
    with pytest.raises(KeyError, match="ask for it with a number"):
        found.text("count.body", "ro")
    with pytest.raises(KeyError, match="no plural"):
        words("atf").counted("site.title", 2, "ro")
