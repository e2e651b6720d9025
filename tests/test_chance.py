"""Seeds: one place checks them, whoever draws."""

from __future__ import annotations

import numpy as np
import pytest

import cocsem
from cocsem.chance import generator, generators
from cocsem.errors import UsageError

MODEL = "visual =~ x1 + x2 + x3"


def test_the_same_seed_begins_the_same_way_and_streams_differ() -> None:
    np.testing.assert_array_equal(generator(7).normal(size=3), np.random.default_rng(7).normal(size=3))
    one, other = generators(7, 2)
    assert not np.array_equal(one.normal(size=3), other.normal(size=3))


@pytest.mark.parametrize("seed", [-1, 1.5, "one", True])
def test_what_is_no_seed_is_refused(seed: object) -> None:
    with pytest.raises(UsageError, match="seed must be a whole number, 0 or above"):
        generator(seed)


def test_verbs_that_draw_refuse_a_negative_seed() -> None:
    data = cocsem.load_dataset("holzinger_swineford")
    with pytest.raises(UsageError, match="seed must be"):
        cocsem.cfa(MODEL, data, bootstrap=20, seed=-1)
    with pytest.raises(UsageError, match="seed must be"):
        cocsem.parallel_analysis(data[["x1", "x2", "x3", "x4"]], seed=-1)
    with pytest.raises(UsageError, match="seed must be"):
        cocsem.validity(MODEL + "\ntextual =~ x4 + x5 + x6", data, bootstrap=20, seed=-1)


def test_groups_with_whole_numbers_are_named_without_a_point() -> None:
    data = cocsem.load_dataset("holzinger_swineford")
    data = (data if hasattr(data, "columns") else data.data).assign(half=np.repeat([2.0, 1.0], [150, 151]))
    fit = cocsem.cfa(MODEL, data, group="half")
    assert fit.spec.groups == ("2", "1")
    assert fit.n_obs == 301
