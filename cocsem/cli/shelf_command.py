"""`list`, `show` and `new` for a shelf: the same three verbs for instruments, theories and data sets."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import click

from cocsem.errors import UsageError

_WIDTH = 80
_LANG = click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language.")


def shelf_group(
    name: str,
    listing: Callable[[str], list[tuple[str, str]]],
    show: Callable[[str, str], str],
    template: Callable[[str], str] | None,
) -> click.Group:
    """Make the command group of one shelf."""
    group = click.Group(name, help=f"{'List, show or start' if template else 'List or show'} {name}.")

    @group.command("list", help=f"List the {name} on the shelf.")
    @_LANG
    def list_(lang: str) -> None:
        entries = listing(lang)
        width = max(len(code) for code, _ in entries)
        for code, title in entries:
            rest = " " * (width + 2)
            click.echo("\n".join(textwrap.wrap(f"{code:<{width}}  {title}", _WIDTH, subsequent_indent=rest)))

    @group.command("show", help=f"Show one of the {name}: a code{' or a .toml file' if template else ''}.")
    @click.argument("code")
    @_LANG
    def show_(code: str, lang: str) -> None:
        click.echo(show(code, lang))

    if template is not None:
        make = template

        @group.command("new", help="Write a commented template CODE.toml to start from.")
        @click.argument("code")
        def new(code: str) -> None:
            path = Path(code if code.endswith(".toml") else f"{code}.toml")
            text = make(path.stem)
            if path.exists():
                raise UsageError(f"'{path}' must not exist yet. Choose another name, or move it away.")
            try:
                path.write_text(text, encoding="utf-8", newline="\n")
            except OSError as fault:
                raise UsageError(f"'{path}' cannot be written: {fault.strerror}.") from None
            click.echo(f"Wrote {path}. Edit it, then look at it with: python -m cocsem {name} show {path}")

    return group
