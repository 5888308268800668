"""A profile file: a CONSTRUCT with a header that says which standard it writes and why some things stay behind."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.answering.question import Text
from api.errors import BuildError, UsageError
from api.vocabulary import PREFIXES

FOLDER: Final = Path(__file__).resolve().parent
# Prefixes of the standards, beside the project's own.
OTHER_PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "frbroo": "https://www.iflastandards.info/fr/frbr/frbroo#",
    "rrmv": "http://data.europa.eu/2qy/rrmv#",
    "schema": "https://schema.org/",
}


class Profile(BaseModel):
    """One profile: its name, texts, the standard, the classes it is made for, reasons for what is lost, the query."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Text
    standard: str
    specification: str
    # Our classes (IRIs) that the standard has a place for.
    carries: list[str] = Field(min_length=1)
    # Class or property (IRI) -> why it is not carried, or not whole.
    lost: dict[str, Text] = Field(default_factory=dict)
    # Our property (IRI) -> the standard's, where the export writes the value in another form.
    written: dict[str, str] = Field(default_factory=dict)
    query: str

    def public(self) -> dict[str, Any]:
        """Return what a catalogue of profiles shows."""
        return {
            "name": self.name,
            "title": self.title.model_dump(),
            "standard": self.standard,
            "specification": self.specification,
        }


@lru_cache(maxsize=1)
def load_profiles() -> Mapping[str, Profile]:
    """Load every profile of this folder; raises ``BuildError`` naming the file that is wrong."""
    return {file.stem: load_profile(file) for file in sorted(FOLDER.glob("*.rq"))}


def load_profile(file: Path) -> Profile:
    """Load one profile and check that its query is a CONSTRUCT; raises ``BuildError`` with the reason."""
    lines = file.read_text(encoding="utf-8").splitlines()
    size = next((number for number, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    try:
        header = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in lines[:size])) or {}
        query = "\n".join(lines[size:]).strip() + "\n"
        header["carries"] = [_expanded(name) for name in header.get("carries", [])]
        header["written"] = {_expanded(ours): _expanded(theirs) for ours, theirs in header.get("written", {}).items()}
        header["lost"] = {_expanded(name): text for name, text in header.get("lost", {}).items()}
        profile = Profile.model_validate({**header, "name": file.stem, "query": query})
        result = pyoxigraph.Store().query(query)
    except (yaml.YAMLError, ValidationError, AttributeError, KeyError, SyntaxError) as error:
        raise BuildError(f"{file.name}: this is no profile: {error}.") from error
    if not isinstance(result, pyoxigraph.QueryTriples):
        raise BuildError(f"{file.name}: a profile is a CONSTRUCT query.")
    return profile


def profile_of(name: str) -> Profile:
    """Return a profile by name; raises ``UsageError`` that lists the known ones."""
    profiles = load_profiles()
    if name not in profiles:
        raise UsageError(f"There is no profile {name[:60]!r}.", f"Choose one of: {', '.join(profiles)}.")
    return profiles[name]


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return (PREFIXES | OTHER_PREFIXES)[prefix] + local
