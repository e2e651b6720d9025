"""What a theory is: hypotheses about directed paths between constructs, and the rival models that contradict it."""

from __future__ import annotations

from dataclasses import dataclass

from cocsem.display import Displayed
from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class Path:
    """A directed path `source -> target` between two construct codes."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One theorised path, its expected `sign` (`+` or `-`), its statement, the claims and references it rests on."""

    id: str
    source: str
    target: str
    sign: str
    statement: Text
    claims: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """One edit of the path set: take `old` out (None: add), put `new` in with the expected `sign` (None: remove)."""

    old: Path | None
    new: Path | None
    sign: str = "+"


@dataclass(frozen=True, slots=True)
class Rival:
    """A competing model: the theory with some paths replaced; `claims` are those its new paths rest on.

    `title` is its printed name; without one the id stands in its place.
    """

    id: str
    why: Text
    replace: tuple[Replacement, ...]
    claims: tuple[str, ...] = ()
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Theory(Displayed):
    """A path model between constructs, with a statement and a source for every path.

    `instruments` are the codes of the instruments whose constructs the paths connect.
    `covariances` are pairs of constructs whose disturbances may covary (stated, never automatic).
    """

    code: str
    title: Text
    about: Text
    instruments: tuple[str, ...]
    hypotheses: tuple[Hypothesis, ...]
    rivals: tuple[Rival, ...] = ()
    covariances: tuple[tuple[str, str], ...] = ()
    path: str = ""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The theorised paths, in the order of the hypotheses."""
        return tuple(Path(h.source, h.target) for h in self.hypotheses)

    @property
    def constructs(self) -> tuple[str, ...]:
        """Codes of the constructs the paths connect, in order of first mention."""
        return tuple(dict.fromkeys(code for p in self.paths for code in (p.source, p.target)))


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation a source document asserts; `untestable` says why no path between constructs can test it, or is None.

    `source` is the reference key of the document, `cited` the works it names for the relation (empty: none).
    `sign` is `+`, `-` or empty (no direction of effect: a definition, a comparison, a moderation).
    """

    id: str
    statement: Text
    source: str
    sign: str
    untestable: Text | None = None
    cited: str = ""
