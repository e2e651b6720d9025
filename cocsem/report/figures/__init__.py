"""Pictures drawn as SVG by our own code: path diagrams, intervals, answers, eigenvalues, slopes, maps of matrices."""

from cocsem.report.figures.heat_map import heat_map
from cocsem.report.figures.path_diagram import path_diagram
from cocsem.report.figures.simple_slopes import simple_slopes

__all__ = ["heat_map", "path_diagram", "simple_slopes"]
