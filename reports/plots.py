"""Charts that are printed: rank intervals beside what moves the ranks."""

from __future__ import annotations

import logging
import os
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from warnings import catch_warnings, filterwarnings

import numpy as np
import pandas as pd

from indicators.tables import replacing
from reports.choices import choice_name, what_was_drawn
from reports.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

    from scoring import Robustness

#: Endings of files that plots are written to, and what would differ from day to day in each.
PLOT_ENDINGS: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

#: Regions and choices that fit on a page; of more, the first are drawn.
MOST_REGIONS = 60
MOST_CHOICES = 12

#: Families with Chinese characters; Latin text is set in the one that comes with matplotlib, so
#: that it looks the same everywhere.
LATIN = "DejaVu Sans"
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC",
    "Source Han Sans CN", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC",
    "SimHei", "SimSun", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip

#: Sizes in inches.
WIDTH, WIDTH_WITHOUT_SENSITIVITY = 11.7, 7.5
ROW, CHOICE_ROW, HEAD, FOOT = 0.19, 0.44, 1.2, 0.85
MARGIN, RIGHT, BETWEEN = 0.3, 0.45, 0.55
HIGHEST_ROW, EXPLANATION = 0.28, 1.15
#: Of a Latin character in a label; Chinese ones are twice as wide.
CHARACTER = 0.069
#: Characters of a label at most.
LONGEST = 26


def plot_robustness(
    robustness: Robustness, path: str | os.PathLike[str], language: str = "en"
) -> None:
    """Draw rank intervals of the index beside what moves the ranks.

    Regions stand in the order of their ranks: a bar from the 5 % to the 95 % quantile of the rank,
    with the median and the assessed rank, on bands of tie groups. Of more than 60 regions, the
    first 60 are drawn. The same robustness gives the same bytes.

    Parameters
    ----------
    robustness : Robustness
    path : path
        Ending in .png, .svg or .pdf. An existing file is replaced only when the new one is
        complete.
    language : str
        Name of a language of ``reports.words``.

    Raises
    ------
    ValueError
        Where the ending is none of these.
    OSError
        Where the file cannot be written.
    """
    ending = Path(path).suffix.lower()
    if ending not in PLOT_ENDINGS:
        raise ValueError(f"{path} has none of the endings {', '.join(PLOT_ENDINGS)}")
    with _drawing():
        figure = _figure(robustness, Words(language))
        with replacing(path) as temporary:
            figure.savefig(temporary, format=ending[1:], dpi=200, metadata=PLOT_ENDINGS[ending])


@contextmanager
def _drawing() -> Iterator[None]:
    """Settings of matplotlib while something is drawn, of which nothing is left behind."""
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it tells of fonts that it looks for
    try:
        from matplotlib import font_manager, rc_context

        there = {font.name for font in font_manager.fontManager.ttflist}
        settings: Any = {
            "font.family": [LATIN, *(name for name in CHINESE if name in there)],
            "font.size": 8,
            "axes.unicode_minus": False,
            "svg.hashsalt": "robustness",
            "svg.fonttype": "none",  # text that can be searched and edited
        }
        with rc_context(settings), catch_warnings():
            # A box in the place of a character that no font here has.
            filterwarnings("ignore", "Glyph ")
            yield
    finally:
        logger.setLevel(level)


def _figure(robustness: Robustness, words: Words) -> Figure:
    """The whole figure, as high as it takes."""
    from matplotlib.figure import Figure

    from reports.workbook.styles import GREY, NAVY

    ranked = robustness.uncertainty.of_node().dropna(subset=["rank"])
    ranked = ranked.sort_values("rank", kind="stable")
    shown = ranked.head(MOST_REGIONS)
    units = robustness.indicator_set.units["name"]
    names = [_cut(units[unit] or str(unit)) for unit in shown.index]
    shares = _shares(robustness)
    high = ROW * max(len(shown), 1)
    if shares is not None:
        high = max(high, CHOICE_ROW * min(len(shares), MOST_CHOICES) + EXPLANATION)
    height = HEAD + high + FOOT
    width = WIDTH_WITHOUT_SENSITIVITY if shares is None else WIDTH
    figure = Figure(figsize=(width, height), facecolor="white")

    def place(left: float, top: float, wide: float, high: float) -> Axes:
        """Axes by inches from the left and from the top."""
        return figure.add_axes(
            (left / width, 1 - (top + high) / height, wide / width, high / height)
        )

    left = MARGIN + _inches([*names, "9" * 6]) + 0.3
    inner, right = width - left - RIGHT, 0.0
    if shares is not None:
        drawn = shares.head(MOST_CHOICES)
        choices = [
            textwrap.fill(choice_name(row["source"], words, robustness, row["input"]), LONGEST)
            for row in drawn.to_dict("records")
        ]
        between = BETWEEN + _inches(choices)
        right = (inner - between) * 0.42 + between
    high = min(high, HIGHEST_ROW * max(len(shown), 1))
    _draw_ranks(place(left, HEAD, inner - right, high), shown, names, words)
    notes = []
    if len(shown) < len(ranked):
        notes.append(words("plot.first_regions", shown=len(shown), count=len(ranked)))
    if shares is not None:
        high = CHOICE_ROW * len(drawn)
        axes = place(width - RIGHT - right + between, HEAD, right - between, high)
        _draw_shares(axes, drawn, choices, words)
        how = words("plot.how", interaction=_interaction(robustness))
        _explain(axes, textwrap.fill(how, int((right - between) / 0.06)))
        if len(drawn) < len(shares):
            notes.append(words("plot.first_choices", shown=len(drawn), count=len(shares)))
    if robustness.uncertainty.failed:
        notes.append(words("plot.not_drawn", failed=robustness.uncertainty.failed))
    framework = robustness.indicator_set.framework
    title = words("plot.title", name=framework[framework.root].name or framework.root)
    figure.text(
        MARGIN / width, 1 - MARGIN / height, _plain(title),
        size=14, weight="bold", color=f"#{NAVY}", va="top",
    )  # fmt: skip
    foot = "\n".join(
        line
        for paragraph in (what_was_drawn(robustness, words), " ".join(notes))
        for line in textwrap.wrap(paragraph, int(width * 20))
    )
    figure.text(
        MARGIN / width, 0.15 / height, _plain(foot), size=6.5, color=f"#{GREY}", va="bottom"
    )
    return figure


def _shares(robustness: Robustness) -> pd.DataFrame | None:
    """Sobol indices of the mean shift, the largest first; None where nothing moves."""
    if robustness.sensitivity is None:
        return None
    shares = robustness.sensitivity.mean_shift.sort_values("total", ascending=False, kind="stable")
    return None if shares["total"].isna().all() else shares


def _interaction(robustness: Robustness) -> float:
    """Share of the variance that no choice explains alone; estimates may be a little below 0."""
    sensitivity = robustness.sensitivity
    return 0.0 if sensitivity is None else max(sensitivity.interaction, 0.0)


def _draw_ranks(axes: Axes, shown: pd.DataFrame, names: list[str], words: Words) -> None:
    """Intervals of ranks, one region a row."""
    from matplotlib.ticker import MaxNLocator

    from reports.workbook.styles import BAND, BAR, GREY, NAVY, ORANGE

    rows = np.arange(len(shown))
    for begin, end, group in _runs(shown["tie_group"].to_numpy()):
        if group % 2:
            axes.axhspan(begin - 0.5, end - 0.5, color=f"#{BAND}", alpha=0.6, linewidth=0, zorder=0)
        axes.text(
            1, (begin + end - 1) / 2, f"{group:g}", va="center", size=6.5, color=f"#{GREY}",
            transform=_moved(axes, axes.get_yaxis_transform(), across=4),
        )  # fmt: skip
    best, worst = shown["rank_5"].to_numpy(), shown["rank_95"].to_numpy()
    # Wider by less than a rank, so that a single one is seen, too.
    axes.barh(
        rows, worst - best + 0.5, left=best - 0.25, height=0.56, color=f"#{BAR}",
        label=words("plot.interval"), zorder=2,
    )  # fmt: skip
    axes.scatter(
        shown["median_rank"], rows, marker="|", s=60, color=f"#{ORANGE}", linewidths=1.6,
        label=words("plot.median"), zorder=3,
    )  # fmt: skip
    axes.scatter(
        shown["rank"], rows, marker="o", s=13, color=f"#{NAVY}", linewidths=0,
        label=words("plot.assessed"), zorder=4,
    )  # fmt: skip
    ranks = [f"{rank:g}" for rank in shown["rank"]]
    labels = [f"{name}  {rank}" for name, rank in zip(names, ranks, strict=True)]
    axes.set_yticks(rows, list(map(_plain, labels)))
    axes.set_ylim(len(shown) - 0.5, -0.5)
    furthest = float(np.nanmax([*worst, *shown["rank"], 2.0]))
    ticks = MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]).tick_values(1, furthest)
    axes.set_xticks(sorted({max(1, int(tick)) for tick in ticks if tick <= furthest}))
    axes.set_xlim(0.4, furthest + 0.6)
    _plain_frame(axes)
    _heading(axes, words("plot.ranks"), words("plot.bands"))


def _draw_shares(axes: Axes, shares: pd.DataFrame, choices: list[str], words: Words) -> None:
    """Sobol indices, one choice a row: total order light, first order dark in front of it."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    from reports.workbook.styles import BAR, BLUE, NAVY

    rows = np.arange(len(shares))
    for order, offset, colour in (("first", -0.18, BAR), ("total", 0.18, BLUE)):
        # Estimates of shares that are nearly nothing may be a little below 0.
        found = shares[order].clip(lower=0).to_numpy()
        half = shares[f"{order}_interval"].to_numpy()
        key = "alone" if order == "first" else "total"
        axes.barh(
            rows + offset, found, height=0.34, color=f"#{colour}", label=words(f"plot.{key}"),
        )  # fmt: skip
        axes.errorbar(
            found, rows + offset, xerr=[np.minimum(half, found), half], fmt="none",
            ecolor=f"#{NAVY}", elinewidth=0.8, capsize=2,
            label=words("plot.error") if order == "total" else None,
        )  # fmt: skip
    axes.set_yticks(rows, list(map(_plain, choices)))
    axes.set_ylim(len(shares) - 0.5, -0.5)
    # A whisker that goes beyond the whole, as where there are few points, is cut off.
    ends = (shares["total"] + shares["total_interval"]).to_numpy()
    axes.set_xlim(0, min(max(float(np.nanmax(ends)) * 1.02, 0.1), 1.05))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    _plain_frame(axes)
    _heading(axes, words("plot.sensitivity"), words("plot.shares"))


def _plain_frame(axes: Axes) -> None:
    """Axes without a frame, with light lines to read values by, and the legend below."""
    from reports.workbook.styles import LINE

    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, pad=3)
    axes.grid(axis="x", color=f"#{LINE}", linewidth=0.5, zorder=1)
    axes.set_axisbelow(True)
    axes.xaxis.tick_top()
    axes.legend(  # its upper left corner at the lower left one of the axes
        loc=2, bbox_to_anchor=(0, 0), ncols=3, frameon=False, fontsize=7,
        handletextpad=0.4, columnspacing=1.4, borderaxespad=0.3, borderpad=0,
    )  # fmt: skip


def _explain(axes: Axes, text: str) -> None:
    """A text below the legend."""
    from reports.workbook.styles import GREY

    axes.text(
        0, 0, text, va="top", size=7, color=f"#{GREY}", linespacing=1.4,
        transform=_moved(axes, axes.transAxes, up=-24),
    )  # fmt: skip


def _heading(axes: Axes, text: str, below: str = "") -> None:
    """A heading above the axes, and smaller what the numbers are."""
    from reports.workbook.styles import GREY, NAVY

    for what, above, size, weight, colour in (
        (text, 27, 10, "bold", NAVY),
        (below, 17, 7, "normal", GREY),
    ):
        axes.text(
            0, 1, what, size=size, weight=weight, color=f"#{colour}",
            transform=_moved(axes, axes.transAxes, up=above),
        )  # fmt: skip


def _moved(axes: Axes, transform: Transform, across: float = 0, up: float = 0) -> Transform:
    """Places of a transform moved by points."""
    from matplotlib.transforms import ScaledTranslation

    return transform + ScaledTranslation(across / 72, up / 72, axes.figure.dpi_scale_trans)


def _runs(groups: np.ndarray) -> Iterator[tuple[int, int, float]]:
    """Begin and end of each run of equal numbers, and the number."""
    begins = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist()]
    for begin, end in pairwise([*begins, len(groups)]):
        if end > begin:
            yield begin, end, groups[begin]


def _inches(labels: Sequence[str]) -> float:
    """Width of the longest line."""
    lines = [line for label in labels for line in label.split("\n")]
    wide = [sum(1 + (east_asian_width(sign) in "WF") for sign in line) for line in lines]
    return CHARACTER * max(wide, default=0)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _plain(text: str) -> str:
    """A text in which no dollar begins a formula."""
    return text.replace("$", r"\$")
