"""Every theory on the shelf is sound, and every claim of the source documents is accounted for."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from cocsem.instrument import load_instrument
from cocsem.instrument.types import HigherOrder
from cocsem.language import LANGUAGES, Text
from cocsem.references import load_glossary, load_references
from cocsem.shelf import shelf
from cocsem.theory import Path, Theory, apply, is_recursive, list_theories, load_claims, load_theory

THEORIES = list_theories()
CLAIMS_PER_DOCUMENT = {"000": 11, "001": 5, "002": 19, "003": 8, "004": 25}
MOST_ITEMS = 60
RECIPROCAL = {("creative_industry", "M3"), ("service_logic", "interdependent")}


def items_used(theory: Theory) -> set[str]:
    """Item codes under the constructs of a theory, those of higher-order constructs through their dimensions."""
    used: set[str] = set()
    for name in theory.instruments:
        instrument = load_instrument(name)
        dimensions = {d.code: {item.code for item in d.items} for d in instrument.dimensions}
        for code in set(theory.constructs) & set(instrument.constructs):
            factor = instrument.factor(code)
            parts = factor.dimensions if isinstance(factor, HigherOrder) else (code,)
            used = used.union(*(dimensions[part] for part in parts))
    return used


def both_filled(text: Text) -> bool:
    return all(text[lang].strip() for lang in LANGUAGES) and text.en != text.id


def claims_used() -> set[str]:
    theories = [load_theory(code) for code in THEORIES]
    hypotheses = {claim for t in theories for h in t.hypotheses for claim in h.claims}
    return hypotheses | {claim for t in theories for rival in t.rivals for claim in rival.claims}


def test_the_theories_of_the_source_documents_stand_on_the_shelf() -> None:
    named = {"involvement_engagement_loyalty", "creative_industry", "service_logic"}
    assert (named | {"balanced_scorecard", "smart_city", "msme_cocreation"}).issubset(THEORIES)


@pytest.mark.parametrize("code", THEORIES)
def test_theory_stands_under_its_own_name(code: str) -> None:
    theory = load_theory(code)
    assert theory.code == code
    assert theory.path == str(shelf("theories") / f"{code}.toml")
    assert both_filled(theory.title)
    assert both_filled(theory.about)


@pytest.mark.parametrize("code", THEORIES)
def test_every_construct_is_measured_and_in_the_glossary(code: str) -> None:
    theory = load_theory(code)
    measured = {construct for name in theory.instruments for construct in load_instrument(name).constructs}
    assert measured.issuperset(theory.constructs)
    assert set(load_glossary()).issuperset(theory.constructs)


@pytest.mark.parametrize("code", THEORIES)
def test_no_instrument_is_named_in_vain(code: str) -> None:
    theory = load_theory(code)
    for name in theory.instruments:
        assert set(load_instrument(name).constructs) & set(theory.constructs), name


@pytest.mark.parametrize("code", THEORIES)
def test_every_hypothesis_has_statement_claims_and_references(code: str) -> None:
    for hypothesis in load_theory(code).hypotheses:
        assert both_filled(hypothesis.statement), hypothesis.id
        assert hypothesis.claims, hypothesis.id
        assert hypothesis.references, hypothesis.id
        assert set(load_references()).issuperset(hypothesis.references)


@pytest.mark.parametrize("code", THEORIES)
def test_every_hypothesis_names_the_document_of_its_claims(code: str) -> None:
    for hypothesis in load_theory(code).hypotheses:
        documents = {load_claims()[claim].source for claim in hypothesis.claims}
        assert documents.issubset(hypothesis.references), hypothesis.id


@pytest.mark.parametrize("code", THEORIES)
def test_statements_differ_from_one_another(code: str) -> None:
    for lang in LANGUAGES:
        statements = Counter(h.statement[lang] for h in load_theory(code).hypotheses)
        assert max(statements.values()) == 1


@pytest.mark.parametrize("code", THEORIES)
def test_main_path_set_is_recursive_and_not_too_large(code: str) -> None:
    theory = load_theory(code)
    assert is_recursive(theory)
    assert len(items_used(theory)) <= MOST_ITEMS


@pytest.mark.parametrize("code", THEORIES)
def test_rivals_have_a_reason_and_stay_comparable(code: str) -> None:
    theory = load_theory(code)
    assert theory.rivals
    for rival in theory.rivals:
        after = apply(theory, rival)
        assert both_filled(rival.why)
        assert set(after.constructs) == set(theory.constructs)
        assert set(after.paths) != set(theory.paths)
        assert is_recursive(after) is ((code, rival.id) not in RECIPROCAL)


def test_reciprocal_rivals_state_what_identifies_them() -> None:
    for code, name in RECIPROCAL:
        (rival,) = (r for r in load_theory(code).rivals if r.id == name)
        assert "uncorrelated" in rival.why.en
        assert "tidak berkorelasi" in rival.why.id


def test_each_end_of_a_reciprocal_pair_has_a_predictor_of_its_own() -> None:
    for code, name in RECIPROCAL:
        theory = load_theory(code)
        (rival,) = (r for r in theory.rivals if r.id == name)
        paths = apply(theory, rival).paths
        endogenous = {path.target for path in paths}
        (back,) = {path for path in paths if Path(path.target, path.source) in paths and path not in theory.paths}
        causes = [{p.source for p in paths if p.target == end} - endogenous for end in (back.source, back.target)]
        assert causes[0] - causes[1]
        assert causes[1] - causes[0]


def test_the_candidates_of_document_000_are_rivals() -> None:
    assert [rival.id for rival in load_theory("creative_industry").rivals] == ["M1", "M2", "M3"]


@pytest.mark.parametrize(("source", "target"), [("ENG", "COC"), ("COC", "TRU"), ("COC", "LOY")])
def test_opposite_arrows_of_the_documents_are_rivals(source: str, target: str) -> None:
    theory = load_theory("involvement_engagement_loyalty")
    assert Path(source, target) in theory.paths
    assert any(Path(target, source) in apply(theory, rival).paths for rival in theory.rivals)


def structural_rank(theory: Theory) -> tuple[int, int]:
    """Rank of the derivative of the covariances of the constructs, and the number of structural parameters.

    Cov = (I - B)^-1 Psi (I - B)^-T. Free are the paths in B; in Psi the variances, the covariances of the exogenous
    constructs, the stated ones, and those among constructs that act on nothing (the usual rule of a structural model).
    """
    codes = theory.constructs
    place = {code: n for n, code in enumerate(codes)}
    paths = [(place[p.target], place[p.source]) for p in theory.paths]
    sources, targets = ({pair[end] for pair in paths} for end in (1, 0))
    exogenous, last = set(range(len(codes))) - targets, set(range(len(codes))) - sources
    stated = [tuple(sorted((place[a], place[b]))) for a, b in theory.covariances]
    pairs = [(a, b) for a in range(len(codes)) for b in range(a) if {a, b} <= exogenous or {a, b} <= last]
    pairs += [(b, a) for a, b in stated if (b, a) not in pairs]
    n, k = len(codes), len(paths) + len(codes) + len(pairs)

    def covariances(theta: np.ndarray) -> np.ndarray:
        effects, psi = np.zeros((n, n)), np.diag(theta[len(paths) : len(paths) + n])
        for value, (row, column) in zip(theta, paths, strict=False):
            effects[row, column] = value
        for value, (row, column) in zip(theta[len(paths) + n :], pairs, strict=True):
            psi[row, column] = psi[column, row] = value
        reach = np.linalg.inv(np.eye(n) - effects)
        return (reach @ psi @ reach.T)[np.tril_indices(n)]

    draw = np.random.default_rng(20).uniform(0.2, 0.5, size=k)
    draw[len(paths) : len(paths) + n] += 1.0
    step = 1e-6
    derivative = [(covariances(draw + step * e) - covariances(draw - step * e)) / (2 * step) for e in np.eye(k)]
    return int(np.linalg.matrix_rank(np.array(derivative), tol=1e-5)), k


@pytest.mark.parametrize("code", THEORIES)
def test_the_covariances_of_the_constructs_determine_every_path(code: str) -> None:
    theory = load_theory(code)
    for variant in (theory, *(apply(theory, rival) for rival in theory.rivals)):
        rank, parameters = structural_rank(variant)
        assert rank == parameters, variant.code


def test_no_covariance_stands_where_a_path_does() -> None:
    for code in THEORIES:
        theory = load_theory(code)
        for first, second in theory.covariances:
            assert Path(first, second) not in theory.paths
            assert {first, second}.issubset({h.target for h in theory.hypotheses})


def test_all_claims_exist() -> None:
    expected = [f"{document}-{n}" for document, count in CLAIMS_PER_DOCUMENT.items() for n in range(1, count + 1)]
    assert list(load_claims()) == expected


def test_every_claim_is_tested_or_says_why_not() -> None:
    used = claims_used()
    for key, claim in load_claims().items():
        assert (key in used) is (claim.untestable is None), key
        if claim.untestable is not None:
            assert both_filled(claim.untestable), key


def test_every_claim_is_stated_in_both_languages_with_its_source() -> None:
    claims = load_claims().values()
    for claim in claims:
        assert both_filled(claim.statement), claim.id
        assert claim.source == f"seed{claim.id[:3]}"
        assert claim.source in load_references()
    for lang in LANGUAGES:
        assert len({claim.statement[lang] for claim in claims}) == len(claims)


def test_a_claim_without_a_direction_is_not_tested_by_a_path() -> None:
    undirected = [claim for claim in load_claims().values() if not claim.sign]
    assert undirected
    assert all(claim.untestable is not None for claim in undirected)
