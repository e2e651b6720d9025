"""Random numbers that are the same on every machine: uniforms straight from PCG64, normals by a written-out formula."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

from cocsem.errors import UsageError

T = TypeVar("T")

_UNIT = 2.0**-53

# Algorithm AS 241, PPND16: numerator and denominator of the three rational approximations, highest power first.
_CENTRE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_FLANK = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_TAIL = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)


def uniforms(seed: int, part: int = 0) -> Iterator[float]:
    """Yield uniform numbers in (0, 1) without end.

    u = floor(r / 2^11) / 2^53, r the 64-bit numbers of PCG64: the raw stream that NumPy promises never to change.

    Parameters
    ----------
    seed, part : one seed serves several parts of a simulation (answers, respondents, defects) with unrelated streams,
        so that a change in one part leaves the others as they are.

    >>> stream = uniforms(1)
    >>> [round(next(stream), 4) for _ in range(2)]
    [0.5118, 0.9505]
    """
    bits = np.random.PCG64([seed, part])
    while True:
        yield max((int(bits.random_raw()) >> 11) * _UNIT, 0.5 * _UNIT)


def inverse_normal(p: float) -> float:
    """Return the standard normal value below which the share `p` lies.

    Rational approximations of PPND16 in q = p - 1/2 near the centre and in sqrt(-log(min(p, 1 - p))) further out, about
    16 digits. Written out so that every version of every library gives the same number.

    Raises
    ------
    UsageError : `p` does not lie between 0 and 1.

    The formula is algorithm AS 241 of Wichura (1988), Applied Statistics 37(3), 477-484.

    >>> round(inverse_normal(0.975), 12)
    1.95996398454
    """
    if not 0.0 < p < 1.0:
        raise UsageError(f"The inverse normal needs a share between 0 and 1, not {p!r}.")
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_CENTRE, 0.180625 - q * q)
    r = math.sqrt(-math.log(min(p, 1.0 - p)))
    value = _ratio(_FLANK, r - 1.6) if r <= 5.0 else _ratio(_TAIL, r - 5.0)
    return -value if q < 0 else value


def _ratio(polynomials: tuple[Sequence[float], Sequence[float]], x: float) -> float:
    numerator, denominator = (_horner(coefficients, x) for coefficients in polynomials)
    return numerator / denominator


def _horner(coefficients: Sequence[float], x: float) -> float:
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def normals(stream: Iterator[float], n: int) -> list[float]:
    """Draw `n` independent standard normal values: the inverse normal of as many uniforms.

    >>> [round(z, 3) for z in normals(uniforms(1), 2)]
    [0.03, 1.649]
    """
    return [inverse_normal(next(stream)) for _ in range(n)]


def integer(stream: Iterator[float], low: int, high: int) -> int:
    """Draw a whole number from `low` to `high`, both included, all alike likely.

    >>> integer(uniforms(1), 1, 7)
    4
    """
    return low + int(next(stream) * (high - low + 1))


def choose(stream: Iterator[float], shares: dict[T, float]) -> T:
    """Draw one of the keys with probability in proportion to its share.

    >>> choose(uniforms(1), {"a": 1.0, "b": 3.0})
    'b'
    """
    u = next(stream) * math.fsum(shares.values())
    keys = list(shares)
    return next((key for key, edge in zip(keys, accumulate(shares.values()), strict=True) if u < edge), keys[-1])


def shuffled(stream: Iterator[float], values: Sequence[T]) -> list[T]:
    """Return the values in random order; every order alike likely.

    >>> shuffled(uniforms(1), "abcd")
    ['c', 'd', 'a', 'b']
    """
    left, order = list(values), []
    while left:
        order.append(left.pop(int(next(stream) * len(left))))
    return order


def cholesky(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the lower triangular L with L L' = A, computed element by element in a fixed order.

    l_jj = sqrt(a_jj - sum_k l_jk^2),  l_ij = (a_ij - sum_k l_ik l_jk) / l_jj.

    Parameters
    ----------
    matrix : (k, k) symmetric; only its lower triangle is read.

    Raises
    ------
    UsageError : the matrix is not positive definite.

    >>> cholesky([[4.0, 2.0], [2.0, 5.0]])
    [[2.0, 0.0], [1.0, 2.0]]
    """
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - math.fsum(lower[i][k] * lower[j][k] for k in range(j))
            if i == j and rest <= 0.0:
                raise UsageError(
                    f"A matrix of correlations must be positive definite, but row {i + 1} is not. Lower it."
                )
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower


def correlated(lower: Sequence[Sequence[float]], independent: Sequence[float]) -> list[float]:
    """Return L z: normal values with covariance L L' from independent ones.

    >>> correlated([[1.0, 0.0], [0.6, 0.8]], [1.0, 0.5])
    [1.0, 1.0]
    """
    return [
        math.fsum(weight * z for weight, z in zip(row[: i + 1], independent, strict=False))
        for i, row in enumerate(lower)
    ]
