"""SPARQL 1.1 text as tokens, in linear time (https://www.w3.org/TR/sparql11-query/#sparqlGrammar)."""

import re
from collections.abc import Iterator
from itertools import starmap
from typing import Final, NamedTuple

from api.errors import QuerySyntaxError

# The ranges of PN_CHARS_BASE and PN_CHARS (grammar rules 164 and 167).
_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS: Final = _BASE + r"_\-0-9" + "\u00b7\u0300-\u036f\u203f-\u2040"
# A prefix, or a word; dots belong to it where more follows. %hh and backslash escapes stand in local names.
_RUN: Final = rf"[{_BASE}](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_NUMBER: Final = r"(?:[0-9]++\.[0-9]*+|\.?[0-9]++)[eE][+\-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"
_LONG_DOUBLE: Final = r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"""'
_LONG_SINGLE: Final = r"'''(?:[^'\\]|\\[\s\S]|'(?!''))*+'''"
_SHORT_DOUBLE: Final = r'"(?:[^"\\\r\n]|\\[^\r\n])*+"'
_SHORT_SINGLE: Final = r"'(?:[^'\\\r\n]|\\[^\r\n])*+'"
# A quote that opens a long string which never ends must not pass for an empty short string.
_STRING: Final = rf"{_LONG_DOUBLE}|{_LONG_SINGLE}|(?!\"\"\"|'''){_SHORT_DOUBLE}|(?!\"\"\"|'''){_SHORT_SINGLE}"

# A token with the spaces and comments before it. Every quantifier that could run over much text is possessive or
# bounded by the next character, so that no input makes the scanner go back; the last two groups take any character
# and the end, so that there is a match at every place and nothing is passed over.
_TOKEN: Final = re.compile(
    rf"""
    (?:[ \t\r\n]++|\#[^\r\n]*+)*+
    (?:
    (?P<iri><[^\x00-\x20<>"{{}}|^`\\]*+>)
  | (?P<string>{_STRING})
  | (?P<variable>[?$][{_CHARS}]++)
  | (?P<blank>_:[{_BASE}_0-9](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
  | (?P<number>{_NUMBER})
  | (?P<name>(?:{_RUN})?+:(?:(?:[{_CHARS}:]++|{_ESCAPED}|\.++(?=[{_CHARS}:%\\]))++)?+)
  | (?P<run>{_RUN})
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].,;*/+\-!=<>|^?])
  | (?P<bad>[\s\S])
  | (?P<end>\Z)
    )
    """,
    re.VERBOSE,
)
# A run without a colon is words and what stands between them: `true.OPTIONAL`, `true-1`.
_WORDS: Final = re.compile(rf"(?P<word>[{_BASE}][{_BASE}_0-9]*+)|(?P<number>{_NUMBER})|(?P<mark>[.\-])|(?P<bad>.)")
# What stands between escapes: they are only looked for outside of comments (a newline there would end it).
_ESCAPABLE: Final = re.compile(
    rf"""(?P<comment>\#[^\r\n]*+)|(?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|\\[uU][0-9A-Fa-f]+)*+>)|(?P<string>{_STRING})
    |(?P<escape>\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_IN_STRING: Final = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}

# All words of SPARQL 1.1 queries and updates, of the drafts of 1.2, and LATERAL. Another word is an error in
# any query, but engines without a scanner of their own may split it: `trueSERVICE` is `true SERVICE` to some.
_UPDATES: Final = "ADD ALL CLEAR COPY CREATE DATA DEFAULT DELETE DROP INSERT INTO LOAD MOVE TO USING WITH"
_QUERIES: Final = """
A ABS ADJUST AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE
DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG
HASLANGDIR HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES
LATERAL LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE
PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMEVALUE SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1
SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID
SUBJECT SUBSTR SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION URI UUID VALUES VERSION WHERE YEAR
"""
UPDATE_WORDS: Final = frozenset(_UPDATES.split())
WORDS: Final = UPDATE_WORDS | frozenset(_QUERIES.split())
_LOOK: Final = "Mend the query at that place; the questions at /queries show their queries as examples."


class Token(NamedTuple):
    """A token: its kind (a group of the scanner), its text (a word in upper case) and where it starts."""

    kind: str
    text: str
    start: int


def position(text: str, index: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an index into a text."""
    before = text[:index].replace("\r\n", " \n").replace("\r", "\n")
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1


def syntax_error(text: str, index: int, what: str, hint: str = _LOOK) -> QuerySyntaxError:
    """Return an error that says what is wrong and where, in words and as ``line`` and ``column``."""
    line, column = position(text, index)
    return QuerySyntaxError(f"Line {line}, column {column}: {what}", hint, line=line, column=column)


def unescape(text: str) -> str:
    r"""Replace codepoint escapes (``\u0041``) by what they mean, wherever they stand (§19.2).

    The result holds no escape that another reader could take for something else: in a string a quote, a
    backslash or a line end becomes its own escape, and in a comment nothing is replaced, only made harmless.

    Raises ``QuerySyntaxError`` for the codepoints that no text may hold (NUL, surrogates, beyond U+10FFFF).
    """
    if "\\u" not in text and "\\U" not in text:
        return text

    def decode(match: re.Match[str], start: int) -> str:
        number = int(match[1] or match[2], 16)
        if number == 0 or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
            raise syntax_error(text, start + match.start(), f"{match[0]} stands for no character.")
        return chr(number)

    def replace(found: re.Match[str]) -> str:
        whole = found[0]
        if found.lastgroup == "comment":
            return whole.replace("\\", "/")
        start = found.start()
        if found.lastgroup == "string":

            def in_string(match: re.Match[str]) -> str:
                if match[3] is not None:
                    return match[0]
                character = decode(match, start)
                return _IN_STRING.get(character, character)

            return _ESCAPE.sub(in_string, whole)
        return _ESCAPE.sub(lambda match: match[0] if match[3] is not None else decode(match, start), whole)

    return _ESCAPABLE.sub(replace, text)


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a query whose escapes are replaced already, without spaces and comments.

    Raises ``QuerySyntaxError`` where something is no token of SPARQL or a word that SPARQL does not have.
    """
    return starmap(Token, scan(text))


def scan(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield what ``tokenize`` does as plain tuples: the guard reads every query, and names cost a third of its time."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "run":
            word = match["run"].upper()
            if word in WORDS:
                yield "word", word, match.start("run")
            else:
                yield from _words(text, match.start("run"), match.end())
        elif kind == "bad":
            raise syntax_error(text, match.start("bad"), _complaint(match["bad"]))
        elif kind and kind != "end":
            yield kind, match[kind], match.start(kind)


def _words(text: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    for match in _WORDS.finditer(text, start, end):
        kind, word = match.lastgroup or "bad", match[0].upper()
        if kind == "bad" or (kind == "word" and word not in WORDS):
            hint = "A name needs a prefix and a colon (atf:name), a variable a question mark (?name)."
            raise syntax_error(text, match.start(), f"SPARQL has no word '{match[0][:60]}'.", hint)
        yield kind, word, match.start()


def _complaint(character: str) -> str:
    if character in "\"'":
        return "a string starts here and does not end."
    if character == "\\":
        return "a backslash stands outside of strings and names."
    return f"the character {character!r} starts nothing that SPARQL knows."
