"""Random populations of other shapes than factors side by side: above one another, in groups, in circles, with covariates, growing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray
Rng = np.random.Generator


def draw_shape(shape: str, rng: Rng) -> dict[str, Any]:
    """Model text, verb, options and one sample of a random population; half of them have loadings of .2 to .5, the others of .45 to .9."""
    n = int(rng.integers(75, 801))
    weak = bool(rng.random() < 0.5)
    drawn = SHAPES[shape](rng, n, (0.2, 0.5) if weak else (0.45, 0.9))
    return {"kind": shape, "weak": weak, "n": n, "verb": "sem", **drawn, "data": drawn["data"].round(6)}


def _measured(rng: Rng, factors: Array, between: tuple[float, float], most: int = 6) -> tuple[list[str], pd.DataFrame]:
    """Measurement lines and answers to three to five items a factor, a tenth of them turned, in other units."""
    sizes = rng.integers(3, most, factors.shape[1])
    at = np.repeat(np.arange(len(sizes)), sizes)
    loadings = rng.uniform(*between, len(at)) * rng.choice([1.0, -1.0], len(at), p=[0.9, 0.1])
    rest = rng.normal(size=(len(factors), len(at))) * np.sqrt(rng.uniform(0.3, 0.8, len(at)))
    answers = (factors[:, at] * loadings + rest) * np.exp(rng.uniform(-0.7, 0.7, len(at))) + rng.uniform(-1, 5, len(at))
    names = [[f"x{f + 1}{i + 1}" for i in range(size)] for f, size in enumerate(sizes)]
    lines = [f"f{f + 1} =~ " + " + ".join(own) for f, own in enumerate(names)]
    return lines, pd.DataFrame(answers, columns=[name for own in names for name in own])


def _related(rng: Rng, n: int, factors: int) -> Array:
    """Scores of factors that all correlate alike."""
    phi = np.full((factors, factors), rng.uniform(0.0, 0.6))
    np.fill_diagonal(phi, 1.0)
    return rng.multivariate_normal(np.zeros(factors), phi, n)


def _second_order(rng: Rng, n: int, between: tuple[float, float]) -> dict[str, Any]:
    above = rng.uniform(0.3, 0.8, int(rng.integers(3, 5)))
    factors = rng.normal(size=(n, 1)) * above + rng.normal(size=(n, len(above))) * np.sqrt(1.0 - above**2)
    lines, data = _measured(rng, factors, between, most=5)
    return {"model": "\n".join([*lines, "h =~ " + " + ".join(f"f{k + 1}" for k in range(len(above)))]), "data": data}


def _equal_groups(rng: Rng, n: int, between: tuple[float, float]) -> dict[str, Any]:
    lines, data = _measured(rng, _related(rng, n, 3), between)
    groups = rng.choice(["a", "b", "c"][: int(rng.integers(2, 4))], n)
    equal = [["loadings"], ["loadings", "intercepts"], ["loadings", "intercepts", "residuals"]][int(rng.integers(3))]
    return {
        "model": "\n".join(lines),
        "data": data.assign(g=groups),
        "options": {"group": "g", "group_equal": equal},
        "verb": "cfa",
    }


def _circle(rng: Rng, n: int, between: tuple[float, float]) -> dict[str, Any]:
    z = rng.normal(size=(n, 2))
    B = np.zeros((3, 3))
    B[0, 1], B[1, 0], B[2, 0] = rng.uniform(0.1, 0.5), rng.uniform(-0.3, 0.5), 0.3
    rest = rng.normal(size=(n, 3))
    rest[:, :2] += 0.5 * z
    lines, data = _measured(rng, rest @ np.linalg.inv(np.eye(3) - B).T, between)
    return {
        "model": "\n".join([*lines, "f1 ~ f2 + z1", "f2 ~ f1 + z2", "f3 ~ f1"]),
        "data": data.assign(z1=z[:, 0], z2=z[:, 1]),
    }


def _causes(rng: Rng, n: int, between: tuple[float, float]) -> dict[str, Any]:
    z = rng.normal(size=(n, 3))
    lines, data = _measured(rng, z @ rng.uniform(-0.4, 0.6, (3, 3)) + rng.normal(size=(n, 3)), between)
    return {
        "model": "\n".join([*lines, *(f"f{k} ~ z1 + z2 + z3" for k in (1, 2, 3))]),
        "data": data.assign(z1=z[:, 0], z2=z[:, 1], z3=z[:, 2]),
    }


def _bifactor(rng: Rng, n: int, between: tuple[float, float]) -> dict[str, Any]:
    lines, data = _measured(rng, _related(rng, n, 3), between)
    data += rng.normal(size=(n, 1)) * rng.uniform(0.2, 0.6, data.shape[1])
    apart = ["g ~~ 0*f1 + 0*f2 + 0*f3", "f1 ~~ 0*f2 + 0*f3", "f2 ~~ 0*f3"]
    return {"model": "\n".join([*lines, "g =~ " + " + ".join(data.columns), *apart]), "data": data}


def _growth(rng: Rng, n: int, between: tuple[float, float]) -> dict[str, Any]:
    times, slope = np.arange(int(rng.integers(4, 7))), rng.uniform(0.1, 0.5)
    level, trend = rng.normal(size=(n, 1)), slope * rng.normal(size=(n, 1))
    answers = level + trend * times + rng.normal(size=(n, len(times))) * rng.uniform(0.5, 1.5) + 2 + 0.3 * times
    lines = [
        "i =~ " + " + ".join(f"1*t{t}" for t in times),
        "s =~ " + " + ".join(f"{t}*t{t}" for t in times),
    ]
    return {
        "model": "\n".join(lines),
        "data": pd.DataFrame(answers, columns=[f"t{t}" for t in times]),
        "verb": "growth",
    }


SHAPES: Mapping[str, Callable[[Rng, int, tuple[float, float]], dict[str, Any]]] = {
    "second order": _second_order,
    "equal loadings in groups": _equal_groups,
    "effects in a circle": _circle,
    "covariates": _causes,
    "bifactor": _bifactor,
    "growth": _growth,
}
