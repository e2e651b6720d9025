"""Products of items: centred twice, or cleaned of what the items explain."""

import numpy as np
import pandas as pd
import pytest

from cocsem.errors import EstimationError, UsageError
from cocsem.moments.products import product_indicators

RNG = np.random.default_rng(3)
FRAME = pd.DataFrame(RNG.standard_normal((50, 5)) + 4, columns=["x1", "x2", "z1", "z2", "z3"])


def test_products_centred_twice_have_mean_zero():
    found = product_indicators(FRAME, ["x1", "x2"], ["z1", "z2"])
    assert list(found) == ["x1.z1", "x2.z2"]
    assert found.mean().to_numpy() == pytest.approx([0, 0], abs=1e-12)


def test_residual_products_share_nothing_with_the_items():
    found = product_indicators(FRAME, ["x1", "x2"], ["z1", "z2", "z3"], centring="residual")
    assert found.shape == (50, 6)
    both = np.corrcoef(np.column_stack([found, FRAME]), rowvar=False)
    assert both[:6, 6:] == pytest.approx(np.zeros((6, 5)), abs=1e-10)


def test_a_missing_answer_leaves_its_products_missing():
    gaps = FRAME.copy()
    gaps.loc[0, "x1"] = np.nan
    found = product_indicators(gaps, ["x1", "x2"], ["z1", "z2"])
    assert np.isnan(found.loc[0, "x1.z1"]) and not np.isnan(found.loc[0, "x2.z2"])


def test_what_cannot_be_multiplied_is_refused():
    with pytest.raises(UsageError, match="as many items"):
        product_indicators(FRAME, ["x1"], ["z1", "z2"], matched=True)
    with pytest.raises(UsageError, match="centring must be one of"):
        product_indicators(FRAME, ["x1"], ["z1"], centring="mean")
    with pytest.raises(EstimationError, match="more complete rows"):
        product_indicators(FRAME.head(3), ["x1", "x2"], ["z1"], centring="residual")
