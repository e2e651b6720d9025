"""Rival models: the same constructs and items, some arrows turned, taken out or put in; and the loops of a path set."""

from __future__ import annotations

from dataclasses import replace

from cocsem.language import Text
from cocsem.theory.types import Hypothesis, Path, Replacement, Rival, Theory

_STATEMENTS = {
    "+": Text("{source} increases {target}.", "{source} meningkatkan {target}."),
    "-": Text("{source} reduces {target}.", "{source} menurunkan {target}."),
}


def apply(theory: Theory, rival: Rival) -> Theory:
    """Return the theory as its rival would have it.

    A hypothesis whose path is kept is kept. A new path becomes a hypothesis of the rival, named `rival:source->target`,
    that stands where the old one stood. A covariance between two disturbances is kept while both constructs still have
    a disturbance and no path joins them.

    Parameters
    ----------
    theory : the theory.
    rival : one of its rivals.

    Returns
    -------
    A theory without rivals of its own; its code is `theory:rival`, its `about` the reason of the rival.

    >>> from cocsem.theory import load_theory
    >>> theory = load_theory("creative_industry")
    >>> rival = apply(theory, theory.rivals[1])
    >>> Path("ENG", "COC") in rival.paths, Path("COC", "ENG") in rival.paths
    (False, True)
    """
    hypotheses = list(theory.hypotheses)
    for edit in rival.replace:
        hypotheses = _edited(hypotheses, edit, rival)
    endogenous = {hypothesis.target for hypothesis in hypotheses}
    joined = {frozenset((hypothesis.source, hypothesis.target)) for hypothesis in hypotheses}
    return replace(
        theory,
        code=f"{theory.code}:{rival.id}",
        title=Text(f"{theory.title.en}: {rival.id}", f"{theory.title.id}: {rival.id}"),
        about=rival.why,
        hypotheses=tuple(hypotheses),
        rivals=(),
        covariances=tuple(p for p in theory.covariances if endogenous.issuperset(p) and frozenset(p) not in joined),
    )


def _edited(hypotheses: list[Hypothesis], edit: Replacement, rival: Rival) -> list[Hypothesis]:
    new = [] if edit.new is None else [_hypothesis(edit.new, edit.sign, rival)]
    if edit.old is None:
        return hypotheses + new
    places = [Path(hypothesis.source, hypothesis.target) for hypothesis in hypotheses]
    at = places.index(edit.old)
    return hypotheses[:at] + new + hypotheses[at + 1 :]


def _hypothesis(path: Path, sign: str, rival: Rival) -> Hypothesis:
    name = f"{rival.id}:{path.source}->{path.target}"
    statement = _STATEMENTS[sign].format(source=path.source, target=path.target)
    return Hypothesis(name, path.source, path.target, sign, statement, claims=(), references=())


def is_recursive(theory: Theory) -> bool:
    """Return whether no construct acts on itself, not even through others.

    >>> from cocsem.theory import load_theory
    >>> theory = load_theory("creative_industry")
    >>> is_recursive(theory), is_recursive(apply(theory, theory.rivals[2]))
    (True, False)
    """
    return not loops(theory)


def loops(theory: Theory) -> tuple[tuple[str, ...], ...]:
    """Return the loops of a path set: the shortest one through each construct, each loop once.

    Returns
    -------
    Tuples of construct codes in the direction of the arrows; the last one leads back to the first.

    >>> from cocsem.theory import load_theory
    >>> theory = load_theory("creative_industry")
    >>> loops(apply(theory, theory.rivals[2]))
    (('ENG', 'COC'),)
    """
    targets: dict[str, list[str]] = {code: [] for code in theory.constructs}
    for path in theory.paths:
        targets[path.source].append(path.target)
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for code in theory.constructs:
        loop = _shortest_loop(code, targets)
        if loop:
            found.setdefault(frozenset(loop), loop)
    return tuple(found.values())


def _shortest_loop(start: str, targets: dict[str, list[str]]) -> tuple[str, ...]:
    """Search breadth-first from a construct until an arrow leads back to it."""
    trails: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for trail in trails:
        for code in targets[trail[-1]]:
            if code == start:
                return trail
            if code not in seen:
                seen.add(code)
                trails.append((*trail, code))
    return ()
