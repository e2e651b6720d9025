"""The order of the moment vector."""

from __future__ import annotations

import numpy as np

from cocsem.moments.ordinal.types import LatentMoments, moment_vector, vector_labels


def test_the_vector_runs_in_the_order_of_lavaan() -> None:
    latent = LatentMoments(
        names=("o1", "c1", "o2"),
        x_names=("x1", "x2"),
        categories=((1, 2, 3), (), (0, 1)),
        thresholds=(np.array([-1.0, 1.0]), np.array([]), np.array([0.2])),
        intercepts=np.array([0.0, 5.0, 0.0]),
        slopes=np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]),
        cov=np.array([[1.0, 0.7, 0.3], [0.7, 2.0, 0.8], [0.3, 0.8, 1.0]]),
    )
    names = ["".join(label) for label in vector_labels(latent)]
    assert names[:4] == ["o1|t1", "o1|t2", "c1~1", "o2|t1"]
    assert names[4:10] == ["o1~x1", "c1~x1", "o2~x1", "o1~x2", "c1~x2", "o2~x2"]
    assert names[10:] == ["c1~~c1", "o1~~c1", "o1~~o2", "c1~~o2"]
    expected = [-1.0, 1.0, -5.0, 0.2, 0.1, 0.3, 0.5, 0.2, 0.4, 0.6, 2.0, 0.7, 0.3, 0.8]
    np.testing.assert_array_equal(moment_vector(latent), expected)
