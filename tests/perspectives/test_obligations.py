"""Instruments by their names in an address."""

import pytest

from api.perspectives.obligations import slug_of


@pytest.mark.parametrize(
    ("iri", "slug"),
    [
        ("http://data.europa.eu/eli/dir/2011/36/oj", "directive-2011-36"),
        ("http://data.europa.eu/eli/dec_framw/2002/629/oj", "framework-decision-2002-629"),
        ("http://data.europa.eu/eli/reg/2018/1727/oj", "regulation-2018-1727"),
        ("https://w3id.org/atf/id/act/cets-197", "cets-197"),
    ],
)
def test_an_instrument_is_called_by_kind_year_and_number(iri: str, slug: str) -> None:
    assert slug_of(iri) == slug
