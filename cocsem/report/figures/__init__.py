"""Pictures drawn as SVG by our own code: the path diagram and maps of matrices."""

from cocsem.report.figures.heat_map import heat_map
from cocsem.report.figures.path_diagram import path_diagram

__all__ = ["heat_map", "path_diagram"]
