"""What was uncertain, in words: the sources of a robustness run and what was chosen from."""

from __future__ import annotations

from collections.abc import Mapping

from reports.workbook.plan import Plan
from scoring.options import Robustness as Options
from scoring.robustness import Source
from scoring.robustness.sources import USUAL_NOISE

#: Names that are told one by one.
MOST_NAMES = 8


def source_name(plan: Plan, source: str) -> str:
    """What is uncertain, in a few words."""
    return plan.words(f"robustness.source.{source}")


def source_said(plan: Plan, options: Options, source: Source) -> str:
    """What is uncertain, and what is drawn."""
    words, count = plan.words, len(source.inputs)
    name = source_name(plan, source.name)
    if source.name == "leave_out":
        named = [_node(plan, code) for code in source.alternatives[1:]]
        said = words("robustness.said.leave_out", count=len(named))
        if len(named) <= MOST_NAMES:
            said = words("robustness.said.leave_out_of", names=", ".join(named))
    elif source.name == "weights_between":
        said = words("robustness.said.weights_between", names=", ".join(source.inputs))
    elif source.name == "weights_dirichlet":
        concentration = f"{options.weights.dirichlet or 0:g}"
        said = words("robustness.said.weights_dirichlet", count=count, concentration=concentration)
    elif source.name == "weights_noise":
        said = words("robustness.said.weights_noise", count=count, noise=_noise(plan, options))
    elif source.name == "imputation_draws":
        said = words("robustness.said.imputation_draws", count=len(source.alternatives))
    elif source.alternatives:
        own, *others = source.alternatives
        joined = words("robustness.or").join(others)
        said = words("robustness.said.alternatives", own=own, others=joined)
    else:
        said = words(f"robustness.said.{source.name}", count=count)
    return words("robustness.source_said", source=name, said=said)


def change_said(plan: Plan, options: Options, source: Source, alternative: str) -> str:
    """One change of one choice."""
    words = plan.words
    if source.name == "leave_out":
        return words("robustness.without", name=_node(plan, alternative))
    if not alternative:
        return source_said(plan, options, source)
    fields = {
        "source": source_name(plan, source.name),
        "alternative": alternative,
        "own": source.alternatives[0],
    }
    return words("robustness.instead", **fields)


def input_said(plan: Plan, source: str, name: str) -> str:
    """A source, or a single weight of it."""
    if not name:
        return source_name(plan, source)
    return plan.words("robustness.weight_of", name=_node(plan, name))


def settings_said(plan: Plan, settings: Mapping[str, str]) -> str:
    """What some draws have in common."""
    words = plan.words
    said = [
        words("robustness.setting", source=source_name(plan, source), alternative=alternative)
        for source, alternative in settings.items()
    ]
    return "; ".join(said) or words("robustness.no_setting")


def _noise(plan: Plan, options: Options) -> str:
    noise = options.weights.noise
    if isinstance(noise, tuple):
        return plan.words("robustness.by_level", noise=", ".join(f"{one:.0%}" for one in noise))
    return f"{noise or USUAL_NOISE:.0%}"


def _node(plan: Plan, code: str) -> str:
    """Name of a node; of a set or an expert, which are none, their own."""
    return plan.framework[code].name if code in plan.framework else code
