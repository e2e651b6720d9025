"""The coefficients of the reliability tables: what each one is, what it assumes and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.assessment.measurement import Block
from cocsem.assessment.reliability.congeneric import (
    average_variance_extracted,
    coefficient_h,
    composite_reliability,
    omega,
    omega_explained,
    omega_observed,
    omega_total,
    ordinal_alpha,
    weighted_variance_extracted,
)
from cocsem.language import Text

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One reliability coefficient: `id` is its column, `formula` and `assumptions` are printed under the table.

    `compute` takes the block of a construct; None for a coefficient that is computed from the items alone.
    `only` says which models show it: `all`, `paths` (some construct is explained), `crossed` (items load on several)
    or `ordered` (items are ordered categories).
    """

    id: str
    name: Text
    formula: str
    assumptions: Text
    references: tuple[str, ...]
    compute: Callable[[Block], Array] | None = None
    only: str = "all"

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
        ("cronbach1951", "feldt1987"),
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
        "alpha_boot",
        Text("bootstrap interval of alpha", "selang bootstrap untuk alpha"),
        "2.5 and 97.5 percent of alpha over resampled rows",
        Text(
            "Assumes neither normal nor equally correlated items.",
            "Tidak mengandaikan butir normal atau berkorelasi sama.",
        ),
        ("efron1993",),
    ),
    Coefficient(
        "spearman_brown",
        Text("Spearman-Brown coefficient of a two-item scale", "koefisien Spearman-Brown untuk skala dua butir"),
        "2 r / (1 + r)",
        Text(
            "r: correlation of the two items, taken as parallel halves; preferred to alpha for two items.",
            "r: korelasi kedua butir yang dianggap belahan sejajar; lebih dianjurkan daripada alpha untuk dua butir.",
        ),
        ("eisinga2013",),
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
        composite_reliability,
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
        omega,
    ),
    Coefficient(
        "omega_observed",
        Text("the same over the observed variance", "hal yang sama atas varians teramati"),
        "(sum b)^2 v / 1'S 1",
        Text("S: observed covariances; the default of semTools.", "S: kovarians teramati; nilai bawaan semTools."),
        ("mcdonald1999", "jorgensen2022"),
        omega_observed,
    ),
    Coefficient(
        "omega_total",
        Text("omega of all factors of these items", "omega semua faktor butir ini"),
        "(1'Sigma 1 - 1'Theta 1) / 1'Sigma 1",
        Text(
            "Theta: residual covariances. Here items load on several factors, so omega of the construct is the "
            "hierarchical coefficient.",
            "Theta: kovarians residual. Di sini butir bermuatan pada beberapa faktor, sehingga omega konstruk adalah "
            "koefisien hierarkis.",
        ),
        ("mcdonald1999", "zinbarg2005"),
        omega_total,
        "crossed",
    ),
    Coefficient(
        "omega_explained",
        Text("the share that the paths explain", "bagian yang dijelaskan jalur"),
        "(sum b)^2 v_x / 1'S 1",
        Text(
            "v_x: variance of the construct that the paths to it explain. What semTools from 0.5-8 on calls omega in a "
            "model with paths; it is not the reliability of the scale.",
            "v_x: varians konstruk yang dijelaskan jalur menuju konstruk itu. Inilah yang disebut omega oleh semTools sejak 0.5-8 "
            "dalam model berjalur; ini bukan reliabilitas skala.",
        ),
        ("jorgensen2022",),
        omega_explained,
        "paths",
    ),
    Coefficient(
        "ave",
        Text("average variance extracted", "rerata varians terekstraksi"),
        "mean(l^2)",
        Text("The definition of Fornell and Larcker.", "Definisi Fornell dan Larcker."),
        ("fornell1981",),
        average_variance_extracted,
    ),
    Coefficient(
        "ave_weighted",
        Text("variance extracted, weighted", "varians terekstraksi, berbobot"),
        "sum(b^2) v / tr(S)",
        Text(
            "The definition of semTools; equal to the mean for items of equal variance.",
            "Definisi semTools; sama dengan AVE untuk butir bervarians sama.",
        ),
        ("jorgensen2022",),
        weighted_variance_extracted,
    ),
    Coefficient(
        "h",
        Text("coefficient H (maximal reliability)", "koefisien H (reliabilitas maksimal)"),
        "1 / (1 + 1 / sum(l^2 / (1 - l^2)))",
        Text(
            "The reliability of the best weighted sum of the items.", "Reliabilitas jumlah berbobot terbaik dari butir."
        ),
        ("hancock2001",),
        coefficient_h,
    ),
    Coefficient(
        "alpha_ordinal",
        Text("ordinal alpha", "alpha ordinal"),
        "k/(k-1) (1 - k / sum R)",
        Text(
            "R: polychoric correlations. Alpha of the latent responses, which nobody adds up; the answers themselves are less reliable.",
            "R: korelasi polikorik. Alpha dari respons laten, yang tidak dijumlahkan siapa pun; jawabannya sendiri kurang reliabel.",
        ),
        ("zumbo2007",),
        ordinal_alpha,
        "ordered",
    ),
    Coefficient(
        "omega_higher",
        Text("omega of a higher-order construct", "omega konstruk tingkat lebih tinggi"),
        "1'L C_.h inv(C_hh) C_h. L'1 / 1'Sigma 1",
        Text(
            "The share of the sum of all items below the construct that the construct itself explains.",
            "Bagian varians jumlah semua butir di bawah konstruk yang dijelaskan oleh konstruk itu sendiri.",
        ),
        ("jorgensen2022", "cho2016"),
    ),
)


def model_coefficients(kinds: set[str]) -> tuple[Coefficient, ...]:
    """Return the coefficients computed from a fitted model that models of these kinds show."""
    return tuple(c for c in COEFFICIENTS if c.compute is not None and c.only in kinds | {"all"})


def notes_for(columns: tuple[str, ...]) -> tuple[Text, ...]:
    """Return the notes of the coefficients among these columns."""
    return tuple(coefficient.note for coefficient in COEFFICIENTS if coefficient.id in columns)


def references_for(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sources of the coefficients among these columns, each once."""
    keys = (key for coefficient in COEFFICIENTS if coefficient.id in columns for key in coefficient.references)
    return tuple(dict.fromkeys(keys))
