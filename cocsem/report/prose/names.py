"""Constructs by their names: codes belong in tables, sentences are made of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cocsem.language import LANGUAGES, Text
from cocsem.report.labels import load_labels
from cocsem.report.prose.sentences import load_sentences

_WORD = re.compile(r"\w+")
_WITH = Text("{a} with {b}", "{a} dengan {b}")
_VARIANCE = Text("the variance of {a}", "varians {a}")


def with_names(paragraphs: Iterable[Text], names: Mapping[str, Text]) -> tuple[Text, ...]:
    """Write construct codes as names; at its first mention a name is followed by the code that the tables use.

    Parameters
    ----------
    paragraphs : the paragraphs of one section, in their order.
    names : printed name by construct code. A code of one letter or in small letters, and one that is a word of the report
        itself (`AVE`, `ML`), stays as it is: it could not be told from the words around it.

    >>> names = {"TRU": Text("trust", "kepercayaan"), "LOY": Text("loyalty", "loyalitas")}
    >>> [text.en for text in with_names([Text("LOY is .83; TRU → LOY.", "")], names)]
    ['Loyalty (LOY) is .83; trust (TRU) → loyalty.']
    """
    known = {code: name for code, name in names.items() if _is_distinct(code, name)}
    if not known:
        return tuple(paragraphs)
    given = tuple(paragraphs)
    return tuple(Text(*pair) for pair in zip(*(_named(given, known, lang) for lang in LANGUAGES), strict=True))


def _named(paragraphs: Sequence[Text], names: Mapping[str, Text], lang: str) -> list[str]:
    codes = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    code = re.compile(rf"(?<![\w'`~.-])(?<!~ )({codes})(?![\w'`~]|\.\w|-\w| ~)")
    pair = re.compile(rf"(?<![\w'`~])({codes}) ~~ ({codes})(?![\w'`~])")
    seen: set[str] = set()

    def name(found: re.Match[str]) -> str:
        key, text = found[0], found.string
        said = names[key][lang]
        if key in seen:
            return said
        seen.add(key)
        if text[found.start() - 1 : found.start()] == "(" and text[found.end() : found.end() + 1] == ")":
            return f"{said}, {key}"
        before = text[: found.start()]
        return f"{said} [{key}]" if before.count("(") > before.count(")") else f"{said} ({key})"

    def related(found: re.Match[str]) -> str:
        one, other = found[1], found[2]
        return _VARIANCE[lang].format(a=one) if one == other else _WITH[lang].format(a=one, b=other)

    return [_capital(code.sub(name, pair.sub(related, text[lang])), text[lang]) for text in paragraphs]


def _capital(text: str, before: str) -> str:
    """A sentence that began with a code begins with a capital letter still."""
    return text if text[:1] == before[:1] else text[:1].upper() + text[1:]


def _is_distinct(code: str, name: Text) -> bool:
    return len(code) > 1 and code.isupper() and code not in _words_of_the_report() and bool(name)


def _words_of_the_report() -> frozenset[str]:
    texts = [*load_sentences().values(), *(one.text for one in load_labels().values())]
    return frozenset(word for text in texts for lang in LANGUAGES for word in _WORD.findall(text[lang]))
