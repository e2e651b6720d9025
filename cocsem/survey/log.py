"""The sentences of the survey's log, in both languages, at one place."""

from __future__ import annotations

from cocsem.language import Text
from cocsem.survey.types import LogEntry

SENTENCES = {
    "read": Text("{count} answer rows and {columns} columns read from {source} ({form}).",
                 "{count} baris jawaban dan {columns} kolom dibaca dari {source} ({form})."),
    "content": Text("The file ends in '{ending}' but holds {form}; it was read as that.",
                    "Berkas berakhiran '{ending}' tetapi berisi {form}; berkas dibaca sesuai isinya."),
    "padded": Text("{count} rows ended early (first: row {row}); the cells they lack were taken as missing.",
                   "{count} baris berakhir lebih awal (pertama: baris {row}); sel yang tidak ada dianggap kosong."),
    "title": Text("{count} title rows above the column names were left out.",
                  "{count} baris judul di atas nama kolom dilewati."),
    "sheet": Text("The workbook has {count} sheets with cells; '{sheet}' was read, not {others}.",
                  "Buku kerja ini punya {count} lembar berisi; '{sheet}' yang dibaca, bukan {others}."),
    "header": Text("{count} further header rows under the column names were taken as question texts, not as answers.",
                   "{count} baris judul tambahan di bawah nama kolom dibaca sebagai teks pertanyaan, bukan jawaban."),
    "blank_row": Text("{count} empty rows were left out.", "{count} baris kosong dilewati."),
    "blank_header": Text("{count} columns without a name were left out (column {positions}).",
                         "{count} kolom tanpa nama dilewati (kolom {positions})."),
    "user_missing": Text("{count} answers carry codes that the file declares as missing; they were set to missing.",
                         "{count} jawaban memakai kode yang di berkas dinyatakan sebagai data hilang; dijadikan kosong."),
    "encoding": Text("The texts of the file were read as {encoding}.", "Teks dalam berkas dibaca sebagai {encoding}."),
    "match_codebook": Text("{count} items matched by the codebook.", "{count} butir dicocokkan lewat buku kode."),
    "match_code": Text("{count} items matched by their code.", "{count} butir dicocokkan lewat kodenya."),
    "match_text": Text("{count} items matched by their question text.", "{count} butir dicocokkan lewat teks pertanyaannya."),
    "match_near": Text("{count} items matched by a question text that differs in one letter: {pairs}.",
                       "{count} butir dicocokkan lewat teks pertanyaan yang berbeda satu huruf: {pairs}."),
    "match_columns": Text("{count} columns taken as numbers for the model.", "{count} kolom diambil sebagai angka untuk model."),
    "dimension": Text("Dimension {dimension} of '{instrument}' was not asked (none of its {count} items is in the file); it was left out.",
                      "Dimensi {dimension} dari '{instrument}' tidak ditanyakan ({count} butirnya tidak ada di berkas); dimensi ini dilewati."),
    "exclude": Text("{count} rows were left out because of the codebook's rule on column '{column}'.",
                    "{count} baris dikeluarkan karena aturan buku kode pada kolom '{column}'."),
    "empty": Text("{count} rows without any answered item were left out.",
                  "{count} baris tanpa satu pun butir terjawab dikeluarkan."),
    "words": Text("{count} answers in words were turned into numbers by the scale's labels.",
                  "{count} jawaban berupa kata diubah menjadi angka menurut label skala."),
    "coded_words": Text("{count} answers held a number with its words (such as '5 - Setuju'); the number was taken.",
                        "{count} jawaban berupa angka beserta kata (misalnya '5 - Setuju'); angkanya yang dipakai."),
    "value_labels": Text("{count} answers were recoded because the file's value labels number the scale otherwise: {items}.",
                         "{count} jawaban dikode ulang karena label nilai di berkas menomori skala secara lain: {items}."),
    "missing": Text("{count} item answers are missing (blank or a sign for no answer: {blank}; declared codes: {declared}).",
                    "{count} jawaban butir kosong (kosong atau tanda tidak menjawab: {blank}; kode yang dinyatakan: {declared})."),
    "short_scale": Text("No answer to the {count} items on {minimum}..{maximum} exceeds {highest}; were they asked on fewer points?",
                        "Tidak ada jawaban pada {count} butir berskala {minimum}..{maximum} yang melebihi {highest}; "
                        "apakah ditanyakan dengan skala lebih pendek?"),
    "reverse": Text("{count} items were reverse-scored: {items}.", "{count} butir dibalik skornya: {items}."),
    "duplicates": Text("{count} rows repeat an earlier row in every cell (first: row {row}); they were kept.",
                       "{count} baris sama persis dengan baris sebelumnya (pertama: baris {row}); baris ini tetap dipakai."),
    "order": Text("The order in which the {count} items were asked was taken from the columns of the file.",
                  "Urutan {count} butir saat ditanyakan diambil dari urutan kolom di berkas."),
    "private": Text("{count} columns with personal data (e-mail, phone, name, address, identifier) were not read: {columns}.",
                    "{count} kolom berisi data pribadi (surel, telepon, nama, alamat, nomor identitas) tidak dibaca: {columns}."),
    "timestamp": Text("{count} columns with dates or times were not read: {columns}.",
                      "{count} kolom berisi tanggal atau waktu tidak dibaca: {columns}."),
    "free_text": Text("{count} columns with free text were not read, as they may hold personal data: {columns}.",
                      "{count} kolom berisi teks bebas tidak dibaca karena mungkin memuat data pribadi: {columns}."),
    "unused": Text("{count} columns that the codebook does not mention were not used: {columns}.",
                   "{count} kolom yang tidak disebut buku kode tidak dipakai: {columns}."),
    "no_variation": Text("{count} columns hold nothing or one value only and were not used as demographics: {columns}.",
                         "{count} kolom kosong atau hanya berisi satu nilai, tidak dipakai sebagai data demografi: {columns}."),
    "demographics": Text("{count} columns were kept apart as demographics: {columns}.",
                         "{count} kolom dipisahkan sebagai data demografi: {columns}."),
    "spelling": Text("{count} answers in '{column}' differ from another only in case or blanks; their spelling was unified.",
                     "{count} jawaban di '{column}' hanya berbeda huruf besar atau spasi; ejaannya diseragamkan."),
    "unit": Text("{count} answers in '{column}' carry the unit '{unit}'; the number was taken.",
                 "{count} jawaban di '{column}' memakai satuan '{unit}'; angkanya yang dipakai."),
    "labels": Text("{count} answers in '{column}' were replaced by the file's value labels.",
                   "{count} jawaban di '{column}' diganti dengan label nilai dari berkas."),
    "paradata": Text("{count} columns were kept apart as duration, attention or marker items: {columns}.",
                     "{count} kolom dipisahkan sebagai durasi, butir perhatian atau butir penanda: {columns}."),
}


def entry(step: str, count: int, /, **values: object) -> LogEntry:
    """Write one line of the log.

    >>> entry("match_code", 4).text.en
    '4 items matched by their code.'
    """
    return LogEntry(step, count, SENTENCES[step].format(count=count, **values))


def listed(names: list[str], most: int = 12) -> str:
    """Join names for a sentence; a long list is cut and counted.

    >>> listed(["a", "b", "c"], most=2)
    'a, b, ... (3)'
    """
    shown = ", ".join(names[:most])
    return f"{shown}, ... ({len(names)})" if len(names) > most else shown
