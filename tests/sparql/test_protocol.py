"""Parameters as bytes: decoded as a form is, whatever stands in them."""

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequestError
from api.sparql.protocol import Fields

BYTES = st.lists(
    st.one_of(st.sampled_from([b"%", b"%2", b"%zz", b"%41", b"%C8%99", b"%c8%9B", b"\\", b"\\x41", b"+", b"a"]), st.binary(max_size=3))
).map(lambda parts: b"".join(parts).replace(b"&", b""))  # fmt: skip


@given(BYTES)
def test_a_value_is_decoded_once_as_the_library_does(raw: bytes) -> None:
    expected = unquote_to_bytes(raw.replace(b"+", b" "))
    fields = Fields()
    try:
        text = expected.decode()
    except UnicodeDecodeError:
        with pytest.raises(BadRequestError, match="UTF-8"):
            fields.add(b"query=" + raw, "address")
        return
    fields.add(b"query=" + raw, "address")
    assert fields.one("query") == text
