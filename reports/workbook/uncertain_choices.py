"""What was uncertain, in the words of the sheet: sources, single changes, settings of draws."""

from __future__ import annotations

from collections.abc import Mapping

from reports.choices import alternative_name, choice_name, what_varies
from reports.words import Words
from scoring import Robustness
from scoring.robustness import Source

#: Names that are told one by one.
MOST_NAMES = 8


def source_said(source: Source, words: Words, robustness: Robustness) -> str:
    """What is uncertain and what is drawn, the choice in this file first."""
    own, *others = source.alternatives or ("",)
    if source.name == "leave_out" and len(others) <= MOST_NAMES:
        names = [alternative_name(source.name, one, words, robustness) for one in others]
        said = words("robustness.said.leave_out_of", names=", ".join(names))
    elif source.name not in ("leave_out", "imputation_draws") and others:
        joined = words("robustness.or").join(others)
        said = words("robustness.said.alternatives", own=own, others=joined)
    else:
        said = what_varies(source, words, robustness)
    name = choice_name(source.name, words, robustness)
    return words("robustness.source_said", source=name, said=said)


def change_said(source: Source, alternative: str, words: Words, robustness: Robustness) -> str:
    """One change of one choice."""
    if not alternative:
        return source_said(source, words, robustness)
    name = alternative_name(source.name, alternative, words, robustness)
    if source.name == "leave_out":
        return words("robustness.without", name=name)
    return words(
        "robustness.instead",
        source=choice_name(source.name, words, robustness),
        alternative=name,
        own=source.alternatives[0],
    )


def settings_said(settings: Mapping[str, str], words: Words, robustness: Robustness) -> str:
    """What some draws have in common."""
    said = [
        words(
            "robustness.setting",
            source=choice_name(source, words, robustness),
            alternative=alternative,
        )
        for source, alternative in settings.items()
    ]
    return "; ".join(said) or words("robustness.no_setting")
