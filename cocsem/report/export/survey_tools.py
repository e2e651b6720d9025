"""Questionnaires as the survey programs read them: XLSForm (Kobo, ODK, SurveyCTO), LimeSurvey, Qualtrics.

Item codes become the names of the columns, and answers are stored as the numbers of the scale: what comes back is read
without a codebook.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO

from cocsem.errors import UsageError
from cocsem.language import LANGUAGES
from cocsem.report.export.questionnaire import POLES, Block, Questionnaire, answers_of

_LIME_CODE = re.compile(r"[A-Za-z0-9]{1,20}")
_NAMES = {"en": "English (en)", "id": "Bahasa Indonesia (id)"}
_LIME = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "other", "default", "same_default", "random_order"),
)


def xlsform(asked: Questionnaire, lang: str) -> bytes:
    """Return an XLSForm workbook in both languages: sheets survey, choices and settings; `lang` is shown first."""
    from openpyxl import Workbook

    book = Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), book.create_sheet("settings")
    survey.title = "survey"
    labels = [f"label::{_NAMES[one]}" for one in LANGUAGES]
    survey.append(["type", "name", *labels, "required", "appearance"])
    choices.append(["list_name", "name", *labels])
    for number, block in enumerate(asked.blocks, start=1):
        survey.append(["note", f"note_{number}", *(block.instruction[one] for one in LANGUAGES), "", ""])
        for item in block.items:
            survey.append(
                [f"select_one scale_{number}", item.code, *(item.text[one] for one in LANGUAGES), "yes", "likert"]
            )
        words = zip(*(answers_of(block.scale, one) for one in LANGUAGES), strict=True)
        for answers in words:
            choices.append([f"scale_{number}", answers[0][0], *(text for _, text in answers)])
    settings.append(["form_title", "form_id", "default_language"])
    settings.append([asked.title[lang], _name(asked), _NAMES[lang]])
    for sheet in book:
        for row in sheet:
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def limesurvey(asked: Questionnaire, lang: str) -> bytes:
    """Return a survey structure in LimeSurvey's tab-separated form, in both languages, `lang` as the base language.

    Each block is an array question whose subquestions carry the item codes. Where the items were shuffled LimeSurvey is
    told to give every respondent an order of his own.

    Raises
    ------
    UsageError : an item code or an answer that LimeSurvey cannot store.
    """
    _check_lime(asked)
    languages = (lang, *(one for one in LANGUAGES if one != lang))
    stream = StringIO()
    writer = csv.DictWriter(stream, _LIME, delimiter="\t", lineterminator="\n", restval="", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerow({"class": "S", "name": "language", "text": languages[0]})
    writer.writerow({"class": "S", "name": "additional_languages", "text": " ".join(languages[1:])})
    for one in languages:
        writer.writerow({"class": "SL", "name": "surveyls_title", "text": asked.title[one], "language": one})
    for one in languages:
        writer.writerows(_lime_rows(asked, one))
    return stream.getvalue().encode("utf-8-sig")


def qualtrics(asked: Questionnaire, lang: str) -> bytes:
    """Return a survey in Qualtrics' advanced text form, in one language; every item is a question with its code as ID."""
    lines = ["[[AdvancedFormat]]"]
    for number, block in enumerate(asked.blocks, start=1):
        lines += ["", f"[[Block:{number}]]", "", "[[Question:DB]]", block.instruction[lang]]
        for item in block.items:
            lines += ["", "[[Question:MC:SingleAnswer:Horizontal]]", f"[[ID:{item.code}]]", _line(item.text[lang])]
            lines += ["[[AdvancedChoices]]"]
            for value, words in answers_of(block.scale, lang):
                lines += [f"[[Choice:{value}]]", _line(words)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _check_lime(asked: Questionnaire) -> None:
    """Codes of subquestions hold letters and digits only, at most 20; codes of answers as well, at most 5."""
    odd = [item.code for item in asked.items if not _LIME_CODE.fullmatch(item.code)]
    if odd:
        raise UsageError(
            f"LimeSurvey takes item codes of at most 20 letters and digits, but '{odd[0]}' is none. Rename it, or choose "
            "another format."
        )
    below = [block.scale.minimum for block in asked.blocks if block.scale.minimum < 0]
    if below:
        raise UsageError(
            f"LimeSurvey takes no answers below zero, but a scale begins at {below[0]}. Choose another format."
        )


def _lime_rows(asked: Questionnaire, lang: str) -> Iterator[dict[str, object]]:
    yield {"id": 1, "class": "G", "type/scale": 1, "name": asked.title[lang], "relevance": 1, "language": lang}
    numbers = iter(range(1, 10**6))
    for number, block in enumerate(asked.blocks, start=1):
        yield from _lime_block(asked, block, number, lang, numbers)


def _lime_block(
    asked: Questionnaire, block: Block, number: int, lang: str, numbers: Iterator[int]
) -> Iterator[dict[str, object]]:
    question = next(numbers)
    same = {"language": lang, "relevance": 1}
    yield {
        "id": question,
        "class": "Q",
        "type/scale": "F",
        "name": f"q{number}",
        "text": block.instruction[lang],
        "mandatory": "Y",
        "random_order": 0 if asked.seed is None else 1,
        **same,
    }
    for item in block.items:
        text = " | ".join(part for part in item.text[lang].split(POLES, 1)) if _between(block) else item.text[lang]
        yield {"id": next(numbers), "class": "SQ", "type/scale": 0, "name": item.code, "text": text, **same}
    for value, words in answers_of(block.scale, lang):
        yield {
            "id": question,
            "class": "A",
            "type/scale": 0,
            "name": value,
            "text": words,
            "language": lang,
            "relevance": 0,
        }


def _between(block: Block) -> bool:
    """LimeSurvey writes the part behind a bar to the right of the answers."""
    return block.scale.kind == "semantic_differential"


def _name(asked: Questionnaire) -> str:
    return re.sub(r"\W+", "_", "_".join(instrument.code for instrument in asked.instruments))[:60]


def _line(text: str) -> str:
    """A text must not begin a command of the format."""
    return " ".join(text.split()).replace("[[", "[ [")
