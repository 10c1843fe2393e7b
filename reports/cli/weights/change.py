"""scorecards weights set: some weights changed by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from reports.cli.app import WORDS, Command, Failure, command, sentence
from reports.cli.assessing import blamed, weighed_by
from reports.cli.options import Force, Language, Quiet
from reports.cli.progress import Progress
from reports.cli.set_output import check_set_output, is_same, write_set
from reports.cli.weights.naming import Author, Date, Name, Naming, Note
from reports.words import Words

if TYPE_CHECKING:
    from indicators import IndicatorSet
    from scoring import Assessment


class SetFirst(Command):
    """A command whose usage names the set that may stand before the weights."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Options, the set, and the weights."""
        return [str(self.options_metavar), "[SET]", "NODE=WEIGHT..."]


@command("weights set", SetFirst)
def set_weights(
    arguments: Annotated[
        list[str], typer.Argument(metavar="NODE=WEIGHT", help=WORDS("cli.set_arguments"))
    ],
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output", "-o", metavar="SET", help=WORDS("cli.set_output"), show_default=False
        ),
    ] = None,
    name: Name = None,
    author: Author = "",
    date: Date = None,
    note: Note = "",
    force: Force = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Change some weights and write the set."""
    words = Words(lang)
    naming = Naming(name, author, date, note)
    naming.check(words)
    set_path, given = _split(arguments, words)
    target = set_path if output is None else output
    if target is None:
        raise typer.BadParameter(words("cli.set_needs_output"), param_hint="--output")
    if output is None and target.exists() and not force:
        raise Failure(words("cli.set_in_place", path=target))
    with blamed(set_path, words):
        import indicators

        base = indicators.load(set_path)
    changes = _checked(base, given, words)
    check_set_output(target, words, force, set_path)
    with Progress(words, quiet), blamed(set_path, words):
        import scoring

        # A set that is there is changed, and not begun anew.
        there = base if naming.there(base) is None else weighed_by(base, str(name), words)
        before = scoring.assess(there)
        changed = _changed(base, before, changes, naming, words)
        after = scoring.assess(changed if name is None else weighed_by(changed, name, words))
    in_place = is_same(target, set_path)
    write_set(changed, target, base if in_place else None)
    if quiet:
        return
    for line in _moved(before, after, changes, words):
        typer.echo(line)
    key = "cli.set_wrote" if in_place or set_path is None else "cli.set_wrote_other"
    key = key if name is None else "cli.weights_wrote_named"
    typer.echo(words(key, path=target, name=name, before=set_path))


def _split(arguments: Sequence[str], words: Words) -> tuple[Path | None, dict[str, str]]:
    """The set, where it is named, and node -> weight as typed."""
    first = arguments[0]
    named = "=" not in first or "/" in first.split("=")[0] or "\\" in first.split("=")[0]
    given: dict[str, str] = {}
    for argument in arguments[1:] if named else arguments:
        node, sign, weight = argument.partition("=")
        if not sign:
            raise typer.BadParameter(words("cli.set_no_sign"), param_hint=argument)
        if node.strip() in given:
            fields = {"node": node.strip(), "first": given[node.strip()]}
            raise typer.BadParameter(words("cli.set_twice", **fields), param_hint=argument)
        given[node.strip()] = weight.strip()
    if not given:
        raise typer.BadParameter(words("cli.set_nothing"), param_hint="NODE=WEIGHT")
    return Path(first) if named else None, given


def _checked(base: IndicatorSet, given: Mapping[str, str], words: Words) -> dict[str, float]:
    """Weights as numbers, of nodes that there are."""
    from indicators import Finding

    known = base.framework.scored_nodes[1:]
    changes: dict[str, float] = {}
    for node, typed in given.items():
        argument = f"{node}={typed}"
        if node not in known:
            if node in base.framework:
                said = words("cli.set_unscored", node=node)
            else:
                unknown = Finding("unknown_node", "error", fields={"value": node, "known": known})
                said = sentence(unknown, words)
            raise typer.BadParameter(said, param_hint=argument)
        try:
            weight = float(typed)
        except ValueError:
            weight = math.nan
        if not (math.isfinite(weight) and weight >= 0):
            fields = {"value": typed, "node": node}
            raise typer.BadParameter(words("cli.set_no_weight", **fields), param_hint=argument)
        changes[node] = weight
    return changes


def _changed(
    base: IndicatorSet,
    before: Assessment,
    changes: Mapping[str, float],
    naming: Naming,
    words: Words,
) -> IndicatorSet:
    """The set with the weights, in its framework or as a named set."""
    from scoring.weighting.in_force import weights_in_force

    framework = base.framework
    in_force = weights_in_force(before)
    if naming.name is None:
        in_force = {node: framework.weight(node) for node in in_force}
    weights = {**in_force, **changes}
    for group in dict.fromkeys(framework[node].parent for node in changes):
        way = before.weighed.methods.get(group, "given")
        if naming.name is None and way != "given":
            raise Failure(words("cli.set_derived", group=group, method=way))
        children = framework.children(group)
        total = sum(weights[child] for child in children)
        if total == 0 or math.isinf(total):
            key = "cli.set_all_zero" if total == 0 else "cli.set_too_large"
            hint = " ".join(f"{child}={changes[child]:g}" for child in children if child in changes)
            raise typer.BadParameter(words(key, group=group), param_hint=hint)
    if naming.name is not None:
        return naming.kept_in(base, weights, words)
    return base.with_weights(changes)


def _moved(
    before: Assessment, after: Assessment, changes: Mapping[str, float], words: Words
) -> list[str]:
    """A line for each sibling of what was changed."""
    framework = before.framework
    left_out = [node for node in changes if node not in framework.scored_nodes]
    lines = [words("cli.set_screened", node=node) for node in left_out]
    for group in dict.fromkeys(framework[node].parent for node in changes):
        children = framework.children(group) if group in framework.groups else ()
        for child in children:
            old, new = before.weights.loc[child], after.weights.loc[child]
            fields = {
                "node": child, "before": old["weight"], "after": new["weight"],
                "share_before": old["share"], "share_after": new["share"],
            }  # fmt: skip
            lines.append(words("cli.set_moved", **fields))
    return lines
