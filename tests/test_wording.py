import re
from pathlib import Path

import pytest

from api.wording import LANGUAGES, wording

API = Path(__file__).parents[1] / "api"


@pytest.mark.parametrize("name", ["analysis/words.toml", "intake/messages.toml", "intake/sheet_words.toml"])
def test_every_word_stands_in_both_languages(name: str) -> None:
    found = wording(API / name)
    assert found
    assert all(tuple(texts) == LANGUAGES for words in found.values() for texts in words.values())
    # The file is read once.
    assert wording(API / name) is found


@pytest.mark.parametrize(
    "word", ['{ en = "Gap" }', '{ en = "Gap", ro = "" }', '{ en = "Gap", ro = "Lacună", de = "Lücke" }', '"Gap"']
)
def test_a_word_that_lacks_a_language_is_named(tmp_path: Path, word: str) -> None:
    path = tmp_path / "words.toml"
    path.write_text(f"[kind]\ngap = {word}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{path}: kind.gap needs a text in each of en, ro.")):
        wording(path)
