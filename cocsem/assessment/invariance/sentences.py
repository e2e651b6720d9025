"""The sentences of the ladder in both languages."""

from __future__ import annotations

from cocsem.language import Text

INTRO = Text(
    "The measurement was compared between {count} groups of {group}: {groups}.{rows} Each step holds one more kind of parameter equal and "
    "is tested against the step before. The factors have variance 1 in the first group, so that no item is taken for equal unseen.",
    "Pengukuran dibandingkan antara {count} kelompok {group}: {groups}.{rows} Setiap langkah menyamakan satu jenis parameter lagi dan "
    "diuji terhadap langkah sebelumnya. Varians faktor ditetapkan 1 pada kelompok pertama, sehingga tidak ada butir yang dianggap sama "
    "tanpa diperiksa.",
)
ROWS = Text(
    " Of {given} rows {used} entered; the others lack the group or an answer.",
    " Dari {given} baris, {used} ikut dianalisis; selebihnya tidak memuat kelompok atau ada jawaban yang kosong.",
)
BINARY = Text(
    "With two answer categories equal thresholds, loadings and intercepts can be tested only together (Wu & Estabrook, 2016): one threshold "
    "per group tells neither the intercept nor the unit of an item apart from the factor.",
    "Dengan dua kategori jawaban, kesamaan ambang, muatan, dan intersep hanya dapat diuji sekaligus (Wu & Estabrook, 2016): satu ambang per "
    "kelompok tidak dapat memisahkan intersep dan satuan butir dari faktornya.",
)
GROUP = Text("{name} (n = {n})", "{name} (n = {n})")
CONFIGURAL = Text(
    "The same model in every group (configural): χ²({df}) = {chisq}, {p}; CFI = {cfi}, RMSEA = {rmsea}, SRMR = {srmr}. All later steps "
    "rest on it.",
    "Model yang sama di setiap kelompok (konfigural): χ²({df}) = {chisq}, {p}; CFI = {cfi}, RMSEA = {rmsea}, SRMR = {srmr}. Semua langkah "
    "berikutnya bertumpu padanya.",
)
CHANGE = Text(
    "Δχ²({ddf}) = {dchisq}, {p}; ΔCFI = {dcfi}, ΔRMSEA = {drmsea}, ΔSRMR = {dsrmr}",
    "Δχ²({ddf}) = {dchisq}, {p}; ΔCFI = {dcfi}, ΔRMSEA = {drmsea}, ΔSRMR = {dsrmr}",
)
STEPS = {
    "holds": Text(
        "{Step} invariance holds: with equal {held} the fit is not detectably worse ({change}).{limits}",
        "Invariansi {step} terpenuhi: dengan {held} yang disamakan, kecocokan tidak terdeteksi memburuk ({change}).{limits}",
    ),
    "partial": Text(
        "{Step} invariance holds in part: apart from {released}, {held} may be held equal ({change}).{limits}",
        "Invariansi {step} terpenuhi sebagian: kecuali {released}, {held} dapat disamakan ({change}).{limits}",
    ),
    "approximate": Text(
        "{Step} invariance holds approximately: the test detects a difference ({change}), but no single parameter stands out and the "
        "published limits on the changes are kept.{limits}",
        "Invariansi {step} terpenuhi secara aproksimatif: uji mendeteksi perbedaan ({change}), tetapi tidak ada satu parameter pun yang "
        "menonjol dan batas perubahan yang dipublikasikan tidak dilampaui.{limits}",
    ),
    "rejected": Text(
        "{Step} invariance is rejected: with equal {held} the fit is worse ({change}).{limits}",
        "Invariansi {step} ditolak: dengan {held} yang disamakan, kecocokan memburuk ({change}).{limits}",
    ),
    "singled": Text(
        "{Step} step: on the whole, equal {held} do not make the fit detectably worse ({change}), but a single parameter stands out.",
        "Langkah {step}: secara keseluruhan, {held} yang disamakan tidak membuat kecocokan terdeteksi memburuk ({change}), tetapi satu "
        "parameter menonjol.",
    ),
    "empty": Text(
        "{Step} step: with so few answer categories equal {held} restrict nothing, so there is nothing to test; they are tested together "
        "with the next step.",
        "Langkah {step}: dengan kategori jawaban sesedikit ini, {held} yang disamakan tidak membatasi apa pun, sehingga tidak ada yang diuji; "
        "pengujiannya menyatu dengan langkah berikutnya.",
    ),
    "unusable": Text(
        "{Step}: the model has no proper solution, so the ladder ends here.",
        "Langkah {step}: model tidak memiliki solusi yang layak, sehingga pemeriksaan berakhir di sini.",
    ),
}
KEPT = Text(
    " The published limits on the changes are kept ({limits}).",
    " Batas perubahan yang dipublikasikan tidak dilampaui ({limits}).",
)
KEPT_AGAIN = Text(
    " The published limits on the changes are kept.", " Batas perubahan yang dipublikasikan tidak dilampaui."
)
PASSED = Text(" Published limits that are exceeded: {limits}.", " Batas yang dipublikasikan dan dilampaui: {limits}.")
BOTH = Text(
    " The published limits on the changes alone would have let this pass ({limits}): the indices move little when one parameter among "
    "many differs.",
    " Menurut batas perubahan yang dipublikasikan saja, langkah ini akan lolos ({limits}): indeks hampir tidak bergeser bila hanya satu di antara "
    "banyak parameter yang berbeda.",
)
NONE_APPLY = Text(
    "The published limits on the changes of CFI, RMSEA and SRMR were derived under other conditions than these (the table of verdicts "
    "says which), so the changes are printed without a verdict and the difference test decides.",
    "Batas perubahan CFI, RMSEA, dan SRMR yang dipublikasikan diturunkan dalam kondisi lain (lihat tabel simpulan), sehingga perubahannya "
    "dicantumkan tanpa simpulan dan uji selisihlah yang menentukan.",
)
RELEASE = Text(
    "Among {held} {kinds}, that of {item} stands out: {estimates} (score test χ²({df}) = {x2}; without its equality the fit improves by "
    "Δχ²({df}) = {gain}, {p} after adjustment). It was released.",
    "Di antara {held} {kinds}, {kinds} {item} menonjol: {estimates} (uji skor χ²({df}) = {x2}; tanpa penyamaannya kecocokan membaik sebesar "
    "Δχ²({df}) = {gain}, {p} setelah penyesuaian). Parameter ini dibebaskan.",
)
DIFFUSE = Text(
    "No single parameter stands out among those that can be released, so the difference cannot be located. At the level of this test one step in twenty is rejected "
    "by chance where the groups are equal.",
    "Tidak ada satu parameter pun yang menonjol di antara yang dapat dibebaskan, sehingga perbedaannya tidak dapat ditunjukkan letaknya. Pada taraf uji ini satu dari dua "
    "puluh langkah ditolak karena kebetulan meskipun kelompok-kelompoknya sama.",
)
NEEDED = Text(
    "Different, but not to be released: {parameters}. Each factor needs two items that all groups share; with fewer, nobody can tell a "
    "difference of the item from a difference of the factor.",
    "Berbeda, tetapi tidak dapat dibebaskan: {parameters}. Setiap faktor memerlukan dua butir yang sama di semua kelompok; bila kurang, "
    "perbedaan butir tidak dapat dipisahkan dari perbedaan faktor.",
)
ESTIMATE = Text("{est} ({group})", "{est} ({group})")
ENDS = {
    ("top", False): Text(
        "All steps stand. The groups share {held}, so that {allows}.",
        "Semua langkah terpenuhi. Kelompok-kelompok memiliki {held} yang sama, sehingga {allows}.",
    ),
    ("top", True): Text(
        "In the end the groups share {held}, apart from {released}. Means and scores may be compared through this model. Plain scale sums "
        "of {scales} may not, since they carry the difference of a released item.",
        "Akhirnya, kelompok-kelompok memiliki {held} yang sama, kecuali {released}. Rerata dan skor dapat dibandingkan melalui model ini. "
        "Skor total {scales} tidak boleh dibandingkan begitu saja, karena ikut membawa perbedaan butir yang dibebaskan.",
    ),
    ("stopped", False): Text(
        "The ladder stops at {step} invariance. What stands is {reached} invariance: {allows}. What later steps would allow may not be "
        "claimed from these data.",
        "Pemeriksaan berhenti pada invariansi {step}. Yang tercapai ialah invariansi {reached}: {allows}. Apa yang diizinkan langkah "
        "berikutnya tidak dapat disimpulkan dari data ini.",
    ),
    ("stopped", True): Text(
        "The ladder stops at {step} invariance. What stands is {reached} invariance apart from {released}: {allows}, through this model. "
        "What later steps would allow may not be claimed from these data.",
        "Pemeriksaan berhenti pada invariansi {step}. Yang tercapai ialah invariansi {reached} kecuali {released}: {allows} melalui model "
        "ini. Apa yang diizinkan langkah berikutnya tidak dapat disimpulkan dari data ini.",
    ),
}
NOWHERE = Text(
    "Not even the configural model has a proper solution in these groups, so that nothing can be compared. Fit the model to each group "
    "alone, and look at the group sizes.",
    "Bahkan model konfigural tidak memiliki solusi yang layak pada kelompok-kelompok ini, sehingga tidak ada yang dapat dibandingkan. "
    "Estimasikan model pada tiap kelompok secara terpisah dan periksa ukuran kelompoknya.",
)
MEANS = Text(
    "Equality of all factor means: Δχ²({ddf}) = {dchisq}, {p}.{found}",
    "Kesamaan semua rerata faktor: Δχ²({ddf}) = {dchisq}, {p}.{found}",
)
NO_MEAN = Text(
    " No single mean differs detectably after adjustment for {count} comparisons; the intervals of d say which differences remain possible.",
    " Tidak ada satu rerata pun yang terdeteksi berbeda setelah penyesuaian untuk {count} perbandingan; selang kepercayaan d menunjukkan perbedaan yang "
    "masih mungkin.",
)
NO_ONLY_MEAN = Text(
    " The interval of d says which difference remains possible.",
    " Selang kepercayaan d menunjukkan perbedaan yang masih mungkin.",
)
SOME_MEANS = Text(" Different after adjustment: {found}.", " Yang berbeda setelah penyesuaian: {found}.")
MEAN = Text(
    "{construct}, {group} (d = {d}, 95% CI {lower} to {upper})",
    "{construct}, {group} (d = {d}, SK 95% {lower} sampai {upper})",
)
MEAN_OF_PAIR = Text(
    "{construct}, {group} against {against} (d = {d}, 95% CI {lower} to {upper})",
    "{construct}, {group} terhadap {against} (d = {d}, SK 95% {lower} sampai {upper})",
)
MORE_MEANS = Text("{count} more (see the table)", "{count} perbedaan lain (lihat tabel)")
