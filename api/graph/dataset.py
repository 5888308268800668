"""The built dataset on disk: one file of N-Quads and a manifest that says what it holds."""

from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from api.errors import UnavailableError

NQUADS: Final = "atf.nq"
MANIFEST: Final = "manifest.json"
_REBUILD: Final = "Run: make build"


class Manifest(BaseModel):
    """What a build holds: the hash of its N-Quads, counts, the version that made it and its default date.

    ``graphs`` counts triples by graph IRI, ``classes`` instances by class IRI; for ``as_of`` see model.md §7.
    """

    sha256: str
    quads: int
    graphs: dict[str, int]
    classes: dict[str, int]
    version: str
    built_at: datetime
    as_of: date


def nquads_path(build_dir: Path) -> Path:
    """Return the place of the dataset in a build folder, whether it is there or not."""
    return build_dir / NQUADS


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def load_manifest(build_dir: Path) -> Manifest:
    """Read the manifest of a build and check that it belongs to the dataset beside it.

    Raises ``UnavailableError`` when there is no build, a file cannot be read, or the two do not fit.
    """
    nquads, manifest = nquads_path(build_dir), build_dir / MANIFEST
    try:
        text = manifest.read_bytes()
        digest = sha256_of(nquads)
    except FileNotFoundError as error:
        raise UnavailableError(f"There is no built dataset in {build_dir}.", _REBUILD) from error
    except OSError as error:
        raise UnavailableError(
            f"The built dataset in {build_dir} cannot be read: {error.strerror}.", _REBUILD
        ) from error
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise UnavailableError(f"{manifest} is damaged.", _REBUILD) from error
    if found.sha256 != digest:
        raise UnavailableError(f"{nquads} is damaged: it is not the file that its manifest describes.", _REBUILD)
    return found
