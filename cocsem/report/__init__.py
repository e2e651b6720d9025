"""The report room: what was found, in tables, sentences and pictures, on the screen and in files."""

from cocsem.report.compose import compose
from cocsem.report.render.progress import Progress
from cocsem.report.render.terminal import print_report
from cocsem.report.render.write import write_report
from cocsem.report.show import show
from cocsem.report.types import Figure, Report, Section

__all__ = ["Figure", "Progress", "Report", "Section", "compose", "print_report", "show", "write_report"]
