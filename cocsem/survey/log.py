"""The sentences of the survey's log, in both languages, at one place."""

from __future__ import annotations

from cocsem.language import LANGUAGES, Text
from cocsem.survey.types import LogEntry

SENTENCES = {
    "read": Text(
        "{count} answer row{s} and {columns} columns read from {source} ({form}).",
        "{count} baris jawaban dan {columns} kolom dibaca dari {source} ({form}).",
    ),
    "content": Text(
        "The file ends in '{ending}' but holds {form}; it was read as that.",
        "Berkas berakhiran '{ending}' tetapi berisi {form}; berkas dibaca sesuai isinya.",
    ),
    "padded": Text(
        "{count} row{s} ended early (first: row {row}); the cells lacking were taken as missing.",
        "{count} baris berakhir lebih awal (pertama: baris {row}); sel yang tidak ada dianggap kosong.",
    ),
    "title": Text(
        "{count} title row{s} above the column names {were} left out.",
        "{count} baris judul di atas nama kolom dilewati.",
    ),
    "sheet": Text(
        "The workbook has {count} sheets with cells; '{sheet}' was read, not {others}.",
        "Buku kerja ini punya {count} lembar berisi; '{sheet}' yang dibaca, bukan {others}.",
    ),
    "header": Text(
        "{count} further header row{s} under the column names {were} taken as question texts, not as answers.",
        "{count} baris judul tambahan di bawah nama kolom dibaca sebagai teks pertanyaan, bukan jawaban.",
    ),
    "blank_row": Text("{count} empty row{s} {were} left out.", "{count} baris kosong dilewati."),
    "blank_header": Text(
        "{count} column{s} without a name {were} left out (column {positions}).",
        "{count} kolom tanpa nama dilewati (kolom {positions}).",
    ),
    "user_missing": Text(
        "{count} answer{s} with a code that the file declares as missing {were} set to missing.",
        "{count} jawaban memakai kode yang di berkas dinyatakan sebagai data hilang; dijadikan kosong.",
    ),
    "encoding": Text("The texts of the file were read as {encoding}.", "Teks dalam berkas dibaca sebagai {encoding}."),
    "match_codebook": Text("{count} item{s} matched by the codebook.", "{count} butir dicocokkan lewat buku kode."),
    "match_code": Text("{count} item{s} matched by {their} code{s}.", "{count} butir dicocokkan lewat kodenya."),
    "match_text": Text(
        "{count} item{s} matched by {their} question text{s}.", "{count} butir dicocokkan lewat teks pertanyaannya."
    ),
    "match_near": Text(
        "{count} item{s} matched by a question text that differs in one letter: {pairs}.",
        "{count} butir dicocokkan lewat teks pertanyaan yang berbeda satu huruf: {pairs}.",
    ),
    "row_names": Text(
        "{count} row{s} had one cell more than there are column names; the first cells were taken as row names.",
        "{count} baris punya satu sel lebih banyak daripada nama kolom; sel pertama dianggap nama baris.",
    ),
    "match_columns": Text(
        "{count} column{s} taken as numbers for the model.", "{count} kolom diambil sebagai angka untuk model."
    ),
    "dimension": Text(
        "Dimension {dimension} of '{instrument}' was not asked (none of its {count} items is in the file); it was "
        "left out.",
        "Dimensi {dimension} dari '{instrument}' tidak ditanyakan ({count} butirnya tidak ada di berkas); dimensi ini "
        "dilewati.",
    ),
    "exclude": Text(
        "{count} row{s} {were} left out because of the codebook's rule on column '{column}'.",
        "{count} baris dikeluarkan karena aturan buku kode pada kolom '{column}'.",
    ),
    "empty": Text(
        "{count} row{s} without any answered item {were} left out.",
        "{count} baris tanpa satu pun butir terjawab dikeluarkan.",
    ),
    "words": Text(
        "{count} answer{s} in words {were} turned into numbers by the scale's labels.",
        "{count} jawaban berupa kata diubah menjadi angka menurut label skala.",
    ),
    "coded_words": Text(
        "{count} answer{s} held a number with its words (such as '5 - Setuju'); the number was taken.",
        "{count} jawaban berupa angka beserta kata (misalnya '5 - Setuju'); angkanya yang dipakai.",
    ),
    "value_labels": Text(
        "{count} answer{s} {were} recoded because the file's value labels number the scale otherwise: {items}.",
        "{count} jawaban dikode ulang karena label nilai di berkas menomori skala secara lain: {items}.",
    ),
    "missing": Text(
        "Missing item answers: {count} (blank or a sign for no answer: {blank}; declared codes: {declared}).",
        "{count} jawaban butir kosong (kosong atau tanda tidak menjawab: {blank}; kode yang dinyatakan: {declared}).",
    ),
    "short_scale": Text(
        "No answer to the {count} items on {minimum}..{maximum} exceeds {highest}; were they asked on fewer points?",
        "Tidak ada jawaban pada {count} butir berskala {minimum}..{maximum} yang melebihi {highest}; "
        "apakah ditanyakan dengan skala lebih pendek?",
    ),
    "reverse": Text("{count} item{s} {were} reverse-scored: {items}.", "{count} butir dibalik skornya: {items}."),
    "duplicates": Text(
        "{count} row{s} alike an earlier row in every cell {were} kept (first: row {row}).",
        "{count} baris sama persis dengan baris sebelumnya (pertama: baris {row}); baris ini tetap dipakai.",
    ),
    "private": Text(
        "{count} column{s} with personal data (e-mail, phone, name, address, identifier) {were} not read: {columns}.",
        "{count} kolom berisi data pribadi (surel, telepon, nama, alamat, nomor identitas) tidak dibaca: {columns}.",
    ),
    "timestamp": Text(
        "{count} column{s} with dates or times {were} not read: {columns}.",
        "{count} kolom berisi tanggal atau waktu tidak dibaca: {columns}.",
    ),
    "free_text": Text(
        "{count} column{s} with free text {were} not read, as such texts may hold personal data: {columns}.",
        "{count} kolom berisi teks bebas tidak dibaca karena mungkin memuat data pribadi: {columns}.",
    ),
    "other_items": Text(
        "{count} column{s} with answers to other questionnaire items {were} not used: {columns}.",
        "{count} kolom berisi jawaban butir kuesioner lain tidak dipakai: {columns}.",
    ),
    "unused": Text(
        "{count} column{s} that the codebook does not mention {were} not used: {columns}.",
        "{count} kolom yang tidak disebut buku kode tidak dipakai: {columns}.",
    ),
    "no_variation": Text(
        "{count} column{s} with nothing or one value only {were} not used as demographics: {columns}.",
        "{count} kolom kosong atau hanya berisi satu nilai, tidak dipakai sebagai data demografi: {columns}.",
    ),
    "demographics": Text(
        "{count} column{s} {were} kept apart as demographics: {columns}.",
        "{count} kolom dipisahkan sebagai data demografi: {columns}.",
    ),
    "spelling": Text(
        "{count} answer{s} in '{column}' spelled alike but for case or blanks {were} unified.",
        "{count} jawaban di '{column}' hanya berbeda huruf besar atau spasi; ejaannya diseragamkan.",
    ),
    "unit": Text(
        "{count} answer{s} in '{column}' with the unit '{unit}' {were} read as numbers.",
        "{count} jawaban di '{column}' memakai satuan '{unit}'; angkanya yang dipakai.",
    ),
    "labels": Text(
        "{count} answer{s} in '{column}' {were} replaced by the file's value labels.",
        "{count} jawaban di '{column}' diganti dengan label nilai dari berkas.",
    ),
    "paradata": Text(
        "{count} column{s} {were} kept apart as duration, attention or marker items: {columns}.",
        "{count} kolom dipisahkan sebagai durasi, butir perhatian atau butir penanda: {columns}.",
    ),
}


def entry(step: str, count: int, /, **values: object) -> LogEntry:
    """Write one line of the log; values that are `Text` are filled in by language.

    >>> entry("match_code", 1).text.en, entry("match_code", 4).text.en
    ('1 item matched by its code.', '4 items matched by their codes.')
    """
    grammar = {"s": "", "were": "was", "their": "its"} if count == 1 else {"s": "s", "were": "were", "their": "their"}
    filled = [
        SENTENCES[step][lang].format(
            count=count, **grammar, **{k: v[lang] if isinstance(v, Text) else v for k, v in values.items()}
        )
        for lang in LANGUAGES
    ]
    return LogEntry(step, count, Text(*filled))


def listed(names: list[str], most: int = 12) -> str:
    """Join names for a sentence; a long list is cut and counted.

    >>> listed(["a", "b", "c"], most=2)
    'a, b, ... (3)'
    """
    shown = ", ".join(names[:most])
    return f"{shown}, ... ({len(names)})" if len(names) > most else shown
