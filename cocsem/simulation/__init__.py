"""Simulation: from population values to answers, byte for byte the same on every machine."""

from cocsem.simulation.draws import (
    cholesky,
    choose,
    correlated,
    integer,
    inverse_normal,
    normals,
    shuffled,
    uniforms,
)
from cocsem.simulation.population import (
    Measure,
    Population,
    explained,
    implied_correlations,
    measurement_table,
    population_table,
)
from cocsem.simulation.respondents import answer, dimensions_of, respond
from cocsem.simulation.survey_file import csv_bytes, write_csv

__all__ = [
    "Measure",
    "Population",
    "answer",
    "cholesky",
    "choose",
    "correlated",
    "csv_bytes",
    "dimensions_of",
    "explained",
    "implied_correlations",
    "integer",
    "inverse_normal",
    "measurement_table",
    "normals",
    "population_table",
    "respond",
    "shuffled",
    "uniforms",
    "write_csv",
]
