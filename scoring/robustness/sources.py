"""What is uncertain in a set: the sources of [robustness], checked against the set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indicators import Finding, Framework, IndicatorSet, InvalidInputError, Place
from indicators.findings import raise_errors
from indicators.tables import in_toml
from scoring.method import method_of, option_place, weighting_of
from scoring.options import Method, Robustness
from scoring.robustness.weight_draws import WEIGHT_DRAWS
from scoring.weighting import WEIGHTINGS

#: Stages of which [robustness] may name alternatives, in the order of the stages.
STAGES = ("imputation", "treatment", "normalisation", "weighting", "aggregation")

#: How far weights vary where a set says nothing of what is uncertain.
USUAL_NOISE = 0.25


@dataclass(frozen=True)
class Source:
    """One uncertain choice, driven by uniform numbers.

    Parameters
    ----------
    name : str
        Its option in [robustness].
    inputs : tuple of str
        What each of its uniform numbers moves: a node, a corner, or the source itself.
    alternatives : tuple of str
        What is chosen from, the method's own choice first; empty where it varies continuously.
    """

    name: str
    inputs: tuple[str, ...]
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Uncertain:
    """Everything that is uncertain in a set.

    Parameters
    ----------
    options : Robustness
        The options in force.
    sources : tuple of Source
        In the order of the columns of uniform numbers.
    methods : mapping of str to tuple of Method
        Stage -> the method with each alternative, its own choice first.
    """

    options: Robustness
    sources: tuple[Source, ...]
    methods: Mapping[str, tuple[Method, ...]]

    @cached_property
    def columns(self) -> Mapping[str, slice]:
        """Columns of uniform numbers of each source, by its name."""
        ends = np.cumsum([len(source.inputs) for source in self.sources]).tolist()
        return {
            source.name: slice(end - len(source.inputs), end)
            for source, end in zip(self.sources, ends, strict=True)
        }

    def inputs(self, name: str) -> tuple[str, ...]:
        """What the uniform numbers of a source move."""
        return next(source.inputs for source in self.sources if source.name == name)

    @property
    def n_inputs(self) -> int:
        """How many uniform numbers a draw takes."""
        return sum(len(source.inputs) for source in self.sources)

    def chosen(
        self, uniforms: NDArray[np.float64], active: frozenset[str]
    ) -> dict[str, NDArray[np.intp]]:
        """Alternative of each source that is chosen from, 0 for the method's own.

        Parameters
        ----------
        uniforms : ndarray, shape (n_draws, n_inputs)
        active : frozenset of str
            Sources that vary; the others stay as the method has them.

        Returns
        -------
        dict of str to ndarray, shape (n_draws,)
        """
        found = {}
        for source in self.sources:
            if not source.alternatives:
                continue
            column = uniforms[:, self.columns[source.name]][:, 0]
            several = len(source.alternatives) if source.name in active else 1
            found[source.name] = (column * several).astype(np.intp)
        return found


def uncertain(indicator_set: IndicatorSet, method: Method, framework: Framework) -> Uncertain:
    """What is uncertain in a set, as its method says.

    Whether an alternative has any effect is not known yet; see
    :func:`scoring.robustness.effects.effects`.

    Parameters
    ----------
    indicator_set : IndicatorSet
    method : Method
    framework : Framework
        After screening.

    Returns
    -------
    Uncertain

    Raises
    ------
    InvalidInputError
        Where [robustness] names what there is not, or what cannot vary.
    """
    options, stated = method.robustness, is_stated(method.robustness)
    if not stated:
        weights = options.weights.model_copy(update={"noise": USUAL_NOISE})
        options = options.model_copy(update={"weights": weights})
    findings: list[Finding] = []
    sources: list[Source] = []
    methods: dict[str, tuple[Method, ...]] = {}
    for stage in STAGES:
        given = getattr(options, stage)
        methods[stage], problems = _alternatives(indicator_set, method, stage, given)
        findings += problems
        if given:
            own = "imputation_draws" if stage == "imputation" and options.imputation_draws else ""
            labels = (own or label_of(getattr(method, stage).method), *map(label_of, given))
            sources.append(Source(stage, (stage,), labels))
    if options.imputation_draws:
        numbers = tuple(str(number) for number in range(options.imputation_draws))
        sources.append(Source("imputation_draws", ("imputation_draws",), numbers))
    mixed, problems = _mixed_weights(indicator_set, method, options)
    sources += mixed
    findings += problems
    drawn, problems = _drawn_weights(indicator_set, options, framework)
    sources += drawn
    findings += problems if stated else []
    left_out, problems = _left_out(indicator_set, options, framework)
    sources += left_out
    findings += problems
    wrong, problems = _measured_with_error(indicator_set, options, framework)
    sources += wrong
    findings += problems
    raise_errors(findings)
    if not sources:
        raise InvalidInputError([nothing_uncertain(indicator_set)])
    return Uncertain(options, tuple(sources), methods)


def label_of(alternative: object) -> str:
    """An alternative as it is told to a reader: the method, and the options given beside it."""
    if isinstance(alternative, str):
        return alternative
    if isinstance(alternative, Mapping):
        rest = {name: value for name, value in alternative.items() if name != "method"}
        named = [label_of(alternative["method"])] if "method" in alternative else []
        options = [f"{name} = {in_toml(value)}" for name, value in rest.items()]
        return ", ".join([*named, *options]) or in_toml(alternative)
    return " + ".join(map(str, alternative)) if isinstance(alternative, Sequence) else ""


def is_stated(options: Robustness) -> bool:
    """Whether a set says what is uncertain; a noise of 0 says so too, an empty list does not."""
    if "noise" in options.weights.model_fields_set:
        return True
    varied = ("weights", "leave_out", "imputation_draws", "measurement_error", *STAGES)
    usual = Robustness()
    weights = options.weights.model_copy(update={"experts": options.weights.experts or False})
    stated = options.model_copy(update={"weights": weights})
    return any(getattr(stated, name) not in (getattr(usual, name), ()) for name in varied)


def option_of(source: Source, options: Robustness) -> str:
    """The option of [robustness] that a source stands for, such as weights.noise."""
    if source.name == "weights_between":
        return "weights.sets" if options.weights.sets else "weights.experts"
    return source.name.replace("weights_", "weights.")


def place_of(indicator_set: IndicatorSet, option: str) -> Place:
    """Where an option of [robustness] stands."""
    return option_place(indicator_set, f"robustness.{option}")


def no_effect(indicator_set: IndicatorSet, option: str, value: object, why: str) -> Finding:
    """That something which is said to be uncertain changes nothing."""
    fields = {"option": option, "value": value, "reason": why}
    return Finding("no_effect", "error", place_of(indicator_set, option), fields)


def _repeated(indicator_set: IndicatorSet, option: str, names: Sequence[str]) -> list[Finding]:
    """Names that stand in a list more than once."""
    again = dict.fromkeys(name for number, name in enumerate(names) if name in names[:number])
    return [_twice(indicator_set, option, name) for name in again]


def _twice(indicator_set: IndicatorSet, option: str, value: str) -> Finding:
    """That something is named again, so that it would be more likely than the others."""
    return no_effect(indicator_set, option, value, "it is named twice, and all are as likely")


def nothing_uncertain(indicator_set: IndicatorSet) -> Finding:
    """That a set says nothing of what is uncertain, and its weights cannot vary."""
    return Finding("nothing_uncertain", "error", option_place(indicator_set, "robustness"))


def _alternatives(
    indicator_set: IndicatorSet, method: Method, stage: str, given: Sequence[object]
) -> tuple[tuple[Method, ...], list[Finding]]:
    """The method with each alternative of a stage in the place of its own choice."""
    methods, findings = [method], list[Finding]()
    for alternative in given:
        options = {"method": alternative} if isinstance(alternative, str) else alternative
        try:
            changed = method_of(indicator_set.with_method({stage: options}))  # type: ignore[dict-item]
        except InvalidInputError as error:
            known = {str(finding) for finding in indicator_set.findings}
            place = place_of(indicator_set, stage)
            findings += [
                Finding(finding.code, finding.severity, place, finding.fields)
                for finding in error.findings
                if str(finding) not in known
            ]
            continue
        if changed in methods[1:]:
            findings.append(_twice(indicator_set, stage, label_of(alternative)))
        methods.append(changed)
    return tuple(methods), findings


def _mixed_weights(
    indicator_set: IndicatorSet, method: Method, options: Robustness
) -> tuple[list[Source], list[Finding]]:
    """The source weights_between: named sets and experts that are mixed."""
    given, known = options.weights, indicator_set.weight_set_names
    place = place_of(indicator_set, "weights.sets")
    findings = [
        Finding(
            "unknown_choice" if known else "no_weight_sets",
            "error",
            place,
            {"what": "weight set", "value": name, "known": known},
        )
        for name in given.sets
        if name not in known
    ]
    findings += _repeated(indicator_set, "weights.sets", given.sets)
    corners = list(given.sets)
    if given.experts:
        experts, problems = _experts(indicator_set, method, given.experts)
        corners += experts
        findings += problems
    if len(corners) == 1 and not findings:
        option = "weights.sets" if given.sets else "weights.experts"
        why = "it is alone, and weights vary between two or more"
        findings.append(no_effect(indicator_set, option, corners[0], why))
    return [Source("weights_between", tuple(corners))] if corners else [], findings


def _drawn_weights(
    indicator_set: IndicatorSet, options: Robustness, framework: Framework
) -> tuple[list[Source], list[Finding]]:
    """Sources of weights that are drawn around others: one for each way that is asked for."""
    given, expected = options.weights, framework.levels[framework.root] - 1
    if isinstance(given.noise, tuple) and len(given.noise) != expected:
        place = place_of(indicator_set, "weights.noise")
        levels = {"found": len(given.noise), "expected": expected}
        return [], [Finding("levels_of_noise", "error", place, levels)]
    nodes, amounts = free_nodes(framework), noise_of(framework, options)
    noisy = tuple(node for node in nodes if amounts[node] > 0)
    sources, findings = list[Source](), list[Finding]()
    for name in WEIGHT_DRAWS:
        value = getattr(given, name) if name in given.model_fields_set else None
        if value is None or value is False:
            continue
        moved = noisy if name == "noise" else nodes
        if moved:
            sources.append(Source(f"weights_{name}", moved))
        else:
            why = "there are no siblings whose weights it could move"
            if nodes:
                why = "it moves no weight"
            findings.append(no_effect(indicator_set, f"weights.{name}", in_toml(value), why))
    return sources, findings


def _experts(
    indicator_set: IndicatorSet, method: Method, given: bool | Sequence[str]
) -> tuple[list[str], list[Finding]]:
    """Experts whose judgements the weights in force follow from."""
    place = place_of(indicator_set, "weights.experts")
    kinds = {
        WEIGHTINGS[way.method].judged
        for way in weighting_of(indicator_set, method).values()
        if way.method in WEIGHTINGS
    } - {""}
    table = indicator_set.judgements
    known = list(dict.fromkeys(table.loc[table["kind"].isin(kinds), "expert"].astype(str)))
    if not kinds:
        why = (
            "the weights in force follow from nobody's judgements, as those of the [weighting] "
            "method ahp do"
        )
        return [], [no_effect(indicator_set, "weights.experts", in_toml(given), why)]
    named = known if isinstance(given, bool) else list(given)
    findings = [
        Finding("unknown_choice", "error", place, {"what": "expert", "value": one, "known": known})
        for one in named
        if one not in known
    ]
    return named, [*findings, *_repeated(indicator_set, "weights.experts", named)]


def _left_out(
    indicator_set: IndicatorSet, options: Robustness, framework: Framework
) -> tuple[list[Source], list[Finding]]:
    """The source leave_out: one of some indicators, or none."""
    given = options.leave_out
    if not given:
        return [], []
    every = framework.indicators
    named = every if given is True else tuple(given)  # type: ignore[arg-type]
    place = place_of(indicator_set, "leave_out")
    findings = [
        Finding("unknown_code", "error", place, {"value": code, "known": every})
        for code in named
        if code not in every
    ]
    findings += _repeated(indicator_set, "leave_out", named)
    return [Source("leave_out", ("leave_out",), ("", *named))], findings


def _measured_with_error(
    indicator_set: IndicatorSet, options: Robustness, framework: Framework
) -> tuple[list[Source], list[Finding]]:
    """The source measurement_error: all values that have an error."""
    given, every = options.measurement_error, framework.indicators
    if given == type(given)():
        return [], []
    findings = [
        Finding(
            "unknown_code",
            "error",
            place_of(indicator_set, f"measurement_error.indicators.{code}"),
            {"value": code, "known": every},
        )
        for code in given.indicators
        if code not in every
    ]
    return [Source("measurement_error", ("measurement_error",))], findings


def free_nodes(framework: Framework) -> tuple[str, ...]:
    """Nodes that have siblings, so that their weight means something."""
    return tuple(
        node
        for node in framework.scored_nodes[1:]
        if len(framework.children(framework[node].parent)) > 1
    )


def noise_of(framework: Framework, options: Robustness) -> dict[str, float]:
    """Relative noise of each node's weight, by its level."""
    noise = options.weights.noise
    by_level: Sequence[float] = noise if isinstance(noise, tuple) else ()
    amounts = {}
    for node in framework.scored_nodes:
        level = framework.levels[node] - 1
        within = by_level[level] if level < len(by_level) else 0.0
        amounts[node] = within if isinstance(noise, tuple) else noise
    return amounts
