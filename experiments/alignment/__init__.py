"""The alignment report: one page for sales and marketing together."""

from experiments.alignment.alignment import Alignment, align
from experiments.alignment.page import PAGE, make_page
from experiments.alignment.signs import Signs

__all__ = ["PAGE", "Alignment", "Signs", "align", "make_page"]
