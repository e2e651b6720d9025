"""The coefficients of the reliability tables: what each one is, what it assumes and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One reliability coefficient: `id` is its column, `formula` and `assumptions` are printed under the table."""

    id: str
    name: Text
    formula: str
    assumptions: Text
    references: tuple[str, ...]

    @property
    def note(self) -> Text:
        """One line for the foot of a table."""
        return Text(
            f"{self.id}: {self.name.en}, {self.formula}. {self.assumptions.en}",
            f"{self.id}: {self.name.id}, {self.formula}. {self.assumptions.id}",
        )


COEFFICIENTS: tuple[Coefficient, ...] = (
    Coefficient(
        "alpha",
        Text("Cronbach's alpha", "alpha Cronbach"),
        "k/(k-1) (1 - sum var(item) / var(sum))",
        Text(
            "Equals reliability for items with equal loadings and uncorrelated errors; interval after Feldt.",
            "Sama dengan reliabilitas untuk butir dengan muatan sama dan galat tak berkorelasi; "
            "interval menurut Feldt.",
        ),
        ("cronbach1951", "feldt1987", "vallat2018"),
    ),
    Coefficient(
        "alpha_standardized",
        Text("alpha of the standardized items", "alpha butir terstandar"),
        "k r / (1 + (k-1) r)",
        Text(
            "r: mean correlation of the items. For items on different response scales.",
            "r: rerata korelasi antarbutir. Untuk butir dengan skala jawaban berbeda.",
        ),
        ("cronbach1951",),
    ),
    Coefficient(
        "composite_reliability",
        Text("composite reliability", "reliabilitas komposit"),
        "(sum l)^2 / ((sum l)^2 + sum t)",
        Text(
            "l: standardized loadings, t: residual variances (and covariances) of the standardized items; "
            "from the fitted model.",
            "l: muatan terstandar, t: varians (dan kovarians) residual butir terstandar; dari model yang dicocokkan.",
        ),
        ("fornell1981",),
    ),
    Coefficient(
        "omega",
        Text("congeneric reliability after McDonald", "reliabilitas kongenerik menurut McDonald"),
        "(sum b)^2 v / 1'Sigma 1",
        Text(
            "b: unstandardized loadings, v: variance of the construct, Sigma: implied covariances; "
            "one construct per sum score.",
            "b: muatan tak terstandar, v: varians konstruk, Sigma: kovarians implisit; satu konstruk per skor jumlah.",
        ),
        ("joreskog1971", "mcdonald1999"),
    ),
    Coefficient(
        "omega_observed",
        Text("the same over the observed variance", "hal yang sama atas varians teramati"),
        "(sum b)^2 v / 1'S 1",
        Text("S: observed covariances; the default of semTools.", "S: kovarians teramati; nilai bawaan semTools."),
        ("mcdonald1999", "jorgensen2022"),
    ),
    Coefficient(
        "ave",
        Text("average variance extracted", "rerata varians terekstraksi"),
        "mean(l^2)",
        Text("The definition of Fornell and Larcker.", "Definisi Fornell dan Larcker."),
        ("fornell1981",),
    ),
    Coefficient(
        "ave_weighted",
        Text("variance extracted, weighted", "varians terekstraksi, berbobot"),
        "sum(b^2) v / sum var(item)",
        Text(
            "The definition of semTools; equal to the mean for items of equal variance.",
            "Definisi semTools; sama dengan AVE untuk butir bervarians sama.",
        ),
        ("jorgensen2022",),
    ),
    Coefficient(
        "h",
        Text("coefficient H", "koefisien H"),
        "1 / (1 + 1 / sum(l^2 / (1 - l^2)))",
        Text(
            "The reliability of the best weighted sum of the items.", "Reliabilitas jumlah berbobot terbaik dari butir."
        ),
        ("hancock2001",),
    ),
)


def notes_for(columns: tuple[str, ...]) -> tuple[Text, ...]:
    """Return the notes of the coefficients among these columns."""
    return tuple(coefficient.note for coefficient in COEFFICIENTS if coefficient.id in columns)


def references_for(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sources of the coefficients among these columns, each once."""
    keys = (key for coefficient in COEFFICIENTS if coefficient.id in columns for key in coefficient.references)
    return tuple(dict.fromkeys(keys))
