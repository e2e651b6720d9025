"""How values show themselves: `summary()`, `print()` and the notebook.

The only upward import of the house: a value asks the report room to show it (declared in the import contract).
"""

from __future__ import annotations


class Displayed:
    """Mixin for the values that travel: text for the terminal, HTML for the notebook."""

    __slots__ = ()

    def summary(self, lang: str = "en") -> str:
        """Return the value as readable text, in English (`en`) or Indonesian (`id`)."""
        from cocsem.report.show import show

        return show(self, lang)

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        from cocsem.report.show import show_html

        return show_html(self)
