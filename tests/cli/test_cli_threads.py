"""The linear algebra of the command line keeps to one thread, unless its user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SHOW = "import os, cocsem.cli, sys; assert 'numpy' not in sys.modules; cocsem.cli._compute_on_one_thread(); print(os.environ['OPENBLAS_NUM_THREADS'])"


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("3", "3")])
def test_threads(given, expected):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment |= {"OPENBLAS_NUM_THREADS": given} if given else {}
    done = subprocess.run([sys.executable, "-c", _SHOW], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
