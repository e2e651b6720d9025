"""What bootstrap draws are held against: lavaan's estimates of the same rows."""

import numpy as np


def assert_draws_agree(fit, found, draws, slack=0.0):
    """Every draw came to rest within a thousandth of a standard error of what was recorded for its rows."""
    assert found.rested.all() and len(draws)
    se = np.sqrt(np.diag(fit.vcov))
    for theta, draw in zip(found.theta, draws, strict=True):
        theirs = {(e["lhs"], e["op"], e["rhs"], e["group"]): e["est"] for e in draw["estimates"]}
        for row in (row for row in fit.spec.rows if row.free):
            wanted = theirs.get((row.lhs, row.op, row.rhs, row.group))
            wanted = theirs.get((row.rhs, row.op, row.lhs, row.group)) if wanted is None else wanted
            assert abs(theta[row.free - 1] - wanted) < 1e-3 * se[row.free - 1] + slack, row
