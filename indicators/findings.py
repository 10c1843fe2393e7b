"""Findings: what is wrong or doubtful in the input, as data.

A finding is a code, a place and the fields that fill its sentence. The English sentences stand here
as the default; ``reports.words`` may say the same code in another language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Place:
    """Where in the input something stands.

    Parameters
    ----------
    file : str
        Name of the file, or of the table where the input is no file.
    sheet : str
        Sheet of a workbook; empty for a text file.
    row : int or None
        Line of the text file or row of the sheet, counted from 1.
    column : str
        Heading of the column, or the option of method.toml.
    letter : str
        Column letter in a sheet; empty for a text file.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    letter: str = ""

    @property
    def cell(self) -> str:
        """The place without file and column: where else in the same input something stands."""
        return str(replace(self, file="", column=""))

    def __str__(self) -> str:
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.sheet and self.letter and self.row is not None:
            parts.append(f"cell {self.letter}{self.row}")
        elif self.row is not None:
            parts.append(f"row {self.row}" if self.sheet else f"line {self.row}")
        if self.column:
            kind = "option" if self.file.endswith(".toml") else "column"
            parts.append(f"{'section' if self.column.startswith('[') else kind} {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or doubtful.

    Parameters
    ----------
    code : str
        Key of the sentence in :data:`SENTENCES`.
    severity : {"error", "warning", "note"}
        An error stops the run, a warning and a note do not.
    place : Place
        Where it stands.
    fields : mapping of str to object
        What fills the sentence.
    """

    code: str
    severity: Severity
    place: Place = field(default_factory=Place)
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in plain English."""
        return SENTENCES[self.code].format_map(self.shown)

    @property
    def shown(self) -> Mapping[str, object]:
        """The fields as a sentence takes them: long values cut, lists joined."""
        return _Shown({**self.fields, "guess": _guess(self.fields)})

    def __str__(self) -> str:
        place = str(self.place)
        return f"{place}: {self.message}" if place else self.message


class InvalidInputError(ValueError):
    """The input cannot be used; every error found is listed together.

    Parameters
    ----------
    findings : iterable of Finding
        All findings, of which at least one is an error.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(f) for f in self.findings if f.severity == "error"))


def raise_errors(findings: Iterable[Finding]) -> None:
    """Raise all findings together where one of them is an error.

    Raises
    ------
    InvalidInputError
        Where at least one finding has the severity "error".
    """
    findings = tuple(findings)
    if any(finding.severity == "error" for finding in findings):
        raise InvalidInputError(findings)


#: Fields that are in our own words, with advice at their end; a value may be anything.
OWN_WORDS = frozenset({"reason", "problem", "requirement", "known", "advice"})


#: Choices among which one that is meant is looked for; more would take too long.
MOST_CHOICES = 1000


def _guess(fields: Mapping[str, object]) -> str:
    """The choice that a mistyped value comes near to, in brackets."""
    known = fields.get("known", ())
    choices = known.split(", ") if isinstance(known, str) else known
    if not isinstance(choices, (list, tuple)) or not 0 < len(choices) <= MOST_CHOICES:
        return ""
    by_small = {str(choice).casefold(): str(choice) for choice in choices}
    near = get_close_matches(str(fields.get("value", "")).casefold(), by_small, 1, cutoff=0.7)
    return f" (did you mean {by_small[near[0]]}?)" if near else ""


class _Shown(dict[str, object]):
    """Fields as they are shown: long values shortened, lists joined by commas."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        super().__init__(
            {
                # All choices are told: who has mistyped one looks for it among them.
                name: v
                if name in OWN_WORDS and isinstance(v, str)
                else _shown(v, most=30 if name == "known" else 8)
                for name, v in fields.items()
            }
        )


def _shown(value: object, longest: int = 80, most: int = 8) -> object:
    if isinstance(value, str):
        # A control character would break the line, or hide what follows it.
        text = "".join(sign if sign.isprintable() else " " for sign in value)
        return text if len(text) <= longest else text[: longest - 1] + "…"
    if isinstance(value, (list, tuple)):
        items = [str(_shown(item)) for item in value[:most]]
        rest = f" and {len(value) - most} more" if len(value) > most else ""
        return ", ".join(items) + rest
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


SENTENCES: dict[str, str] = {
    # reading files
    "set_not_found": "there is no folder or workbook {path}; give the path of a set, or leave it "
    "out for the bundled provinces",
    "not_a_workbook": "this is not an .xlsx workbook, or it is protected by a password; open it in "
    "Excel, remove the password, save it as .xlsx and try again",
    "damaged_workbook": "the workbook is damaged and cannot be read ({reason}); open it in Excel "
    "or LibreOffice, let it be repaired, save it as .xlsx and try again",
    "unknown_file_type": "a set is a folder of .csv files or one .xlsx workbook; this is {kind}",
    "no_file": "there is no file {path}; correct its name",
    "unreadable": "the file cannot be read ({reason}); close it in other programs and check that "
    "you may read it",
    "not_utf8": "the text is not UTF-8 (byte {byte}); save it as UTF-8, in Excel as 'CSV UTF-8'",
    "broken_csv": "the file cannot be read as CSV ({reason}); check the quotation marks in this "
    "line",
    "wrong_delimiter": "the heading has no commas but {delimiter}; separate the columns by commas",
    "sheet_named_otherwise": "this sheet has the columns of the table {table}, which is read from "
    "the sheet {title}; rename it",
    "two_sheets": "the sheets {first!r} and {value!r} could both be this table; rename one",
    "missing_table": "the table {table} is missing; add {expected}",
    "missing_column": "the column {column} is missing; the table needs {required}",
    "unknown_column": "there is no column called {value!r} in this table{guess}; columns are "
    "{known}",
    "duplicate_column": "the column {value!r} stands twice; keep one",
    "ragged_row": "the row has {found} cells and the heading {expected}; a decimal comma splits a "
    "cell, so write 5.1 and not 5,1; put texts with commas in quotation marks, and remove extra "
    "cells",
    "formula_without_result": "the formula {value!r} has no stored result; open the workbook in "
    "Excel or LibreOffice, save it and try again",
    "error_cell": "the cell shows the error {value}; mend its formula or leave the cell empty",
    "empty_table": "the table has no rows; add at least one",
    # cells
    "not_a_number": "{value!r} is no number; write it like 1234.5, without units or thousands "
    "separators, and leave the cell empty where the value is missing",
    "not_finite": "{value!r} is not a finite number; leave the cell empty where the value is "
    "missing",
    "not_a_year": "{value!r} is no year; write four digits such as 2023, or leave the cell empty "
    "for an undated fact",
    "control_character": "the text holds a control character ({value}); delete it",
    "text_too_long": "the text has {length} characters and Excel cells hold 32,767; shorten it",
    # codes
    "empty_code": "the code is empty; give every row a code of its own",
    "bad_code": "{value!r} cannot be a code; use letters, digits, '.', '_' and '-', beginning with "
    "a letter or digit",
    "duplicate_code": "the code {value!r} stands in row {first} too (capitals do not count); give "
    "each row a code of its own",
    "empty_cell": "the {column} is empty; fill it in or delete the row (of merged cells only the "
    "first counts)",
    "unknown_unit": "there is no unit {value!r} in the units table; correct the code or add the "
    "unit",
    "unknown_indicator": "there is no indicator {value!r} in the framework; correct the code or "
    "add the indicator",
    "value_for_group": "{value!r} is a group of the framework, and groups get their scores from "
    "their children; give values to indicators only",
    "unknown_source": "there is no source {value!r} in the sources table; correct the code or add "
    "the source",
    "duplicate_value": "{unit}, {indicator}, {year} has a value in row {first} already; keep one",
    # the tree
    "no_root": "no node has an empty parent, so there is no index at the top; leave the parent of "
    "one node empty",
    "several_roots": "several nodes have an empty parent ({value}); only the index may, give the "
    "others a parent",
    "unknown_parent": "the parent {value!r} of {code} is not in the framework; correct it or add "
    "it",
    "cycle": "{value} are each other's parents in a circle; give one of them a parent outside",
    "root_is_indicator": "the framework is only the index {value!r}; add indicators below it",
    "no_scored_indicator": "no indicator below the index has the role score; nothing could be "
    "scored",
    "no_scored_unit": "all units have the role context, so nothing could be scored; leave the role "
    "of those to score empty",
    "bad_role": "{value!r} is no role; use score, profile or context, or leave it empty",
    "bad_direction": "{value!r} is no direction; write 1 where more is better and -1 where less "
    "is better",
    "negative_weight": "the weight {value} of {code} is negative; weights are 0 or more",
    "empty_weight": "the weight of {code} is empty; write a number, 0 to leave it out",
    "zero_weights": "all weights below {value!r} are 0, so it could have no score; give at least "
    "one child a weight above 0",
    "huge_weights": "the weights below {value!r} add up to more than can be computed; only their "
    "relation counts, so write smaller ones",
    "bad_goalposts": "low {low} is not below high {high} for {code}; low is the smaller value "
    "whatever the direction",
    "bad_sdg": "{value!r} is no list of SDG numbers; write numbers from 1 to 17 like 1;10",
    "unknown_denominator": "the denominator {value!r} of {code} is not an indicator of the "
    "framework",
    "own_denominator": "{code} cannot be its own denominator; name another indicator, or leave "
    "the column empty",
    "denominator_of_group": "{code} is a group, and only the values of indicators are divided; "
    "leave the denominator empty",
    "bad_scale_factor": "the scale factor {value} of {code} is not above 0; write a number such as "
    "1000, or leave it empty for 1",
    "scale_without_denominator": "{code} has a scale factor and no denominator; name the "
    "denominator, or leave the scale factor empty",
    "bad_target": "target {low} is not below target_high {high} for {code}; write the lower end "
    "of the target first, or leave target_high empty for a target of one value",
    "target_without_low": "{code} has the target_high {value} and no target; write the lower end "
    "in target, or a target of one value in target alone",
    # weight sets and judgements
    "no_amount": "{value!r} is no finite number; write one such as 2, 0.5 or 1/3",
    "date_for_number": "here stands the date or time {value}, and a number is needed; Excel takes "
    "1/3 and 1:3 for one, so write =1/3, or make the cell one of text first",
    "unknown_node": "there is no node {value!r} in the framework{guess}; nodes with a weight are "
    "{known}",
    "node_without_weight": "{code} is {what} and has no weight among siblings; delete the row, or "
    "name a scored node below the index",
    "other_parent": "{code} is below {found} here and below {expected} in the set that is to have "
    "its weight; weights are relative to siblings, so give it the same parent in both",
    "not_a_date": "{value!r} is no date; write it like 2026-03-31",
    "weight_twice": "the weight set {set} has a weight for {code} already ({first}); keep one",
    "weight_set_incomplete": "the weight set {set} gives weights to some children of {value} and "
    "not to {missing}; give all of them one, or none",
    "weight_set_unnamed": "weights are given here and their set has no name; write one, or delete "
    "the weights",
    "weight_set_empty": "the weight set {set!r} has no weights; give all children of a group one, "
    "or delete the name too",
    "weight_set_twice": "there is a weight set {set!r} already ({first}); give this one another "
    "name",
    "weight_set_named_as_method": "the weight set {value!r} has the name of a way of weighting; "
    "give it another one",
    "bad_judgement": "{value} is no judgement of the kind {kind} ({meaning}); write a number "
    "{least}",
    "other_missing": "{code} is compared with nothing; write the code of the other node",
    "other_unused": "{kind} says something of one node alone; leave the column other ({value}) "
    "empty",
    "compared_with_itself": "{code} is compared with itself; delete the row",
    "not_siblings": "{code} and {other} have different parents, and only siblings are weighed "
    "against each other; compare nodes with the same parent",
    "judgement_twice": "a judgement of the kind {kind} of {said}{by} is there already ({first}); "
    "keep one",
    "no_judgements": "{method} needs judgements of the kind {kind} in the table judgements, and "
    "there are none{by}{where}; add them, or choose another weighting",
    "criterion_missing": "{method} needs a criterion, an indicator that is not scored; set "
    "criterion under [weighting] to one of {known}",
    "scope_needs_data": "{method} weighs siblings against each other and not all indicators at "
    'once; set scope = "siblings", or choose another weighting',
    "scope_and_groups": "all indicators are weighed at once, so no group has a weighting of its "
    'own; set scope = "siblings", or delete the tables under weighting.groups',
    "weight_set_without_group": "the weight set {set} has no weights for what is below {group}; "
    "add them, or choose another weighting there",
    "weighting_refused": "the weights below {group} cannot be derived by {method}: {reason}",
    "weighting_needs": "{method} needs {requirement} to weigh what is below {group}, and "
    "this is not so for {children}; leave out what lacks it under [screening], or choose another "
    "weighting",
    "weighting_domain": "{unit} has {value} in {code} ({year}){after}, and {method} needs "
    '{requirement} to weigh what is below {group}; correct the value, set data = "scores" under '
    "[weighting], or choose another weighting",
    "weighting_domain_of_scores": "{method} needs {requirement} to weigh what is below {group}, "
    "unlike the scores of {code} ({scores}); choose a normalisation with such scores, or another "
    "weighting",
    "not_reciprocal": "{expert} says {value} of {first} against {second} and {turned} of {second} "
    "against {first}, and one should be 1 divided by the other; correct one of them, or delete it",
    "comparison_too_far": "nothing can be {value} times as important; write a number from 1e-9 to "
    "1e9",
    "comparisons_not_connected": "no comparison connects {children} with the others below "
    "{group}; add one that does",
    "no_best_child": "{method} needs one child of {group} that {expert} compares with all others "
    "as at least as important, and there is none; add comparisons, or weigh by ahp",
    "no_worst_child": "{method} needs one child of {group} that {expert} compares all others "
    "with as at least as important, and there is none; add comparisons, or weigh by ahp",
    "no_child_is_best": "{expert} says of each child of {group} that another is more important, "
    "and {method} needs one that is not less important than any; correct the comparisons that go "
    "round in a circle, or weigh by ahp",
    "no_child_is_worst": "{expert} says of each child of {group} that another is less important, "
    "and {method} needs one that is not more important than any; correct the comparisons that go "
    "round in a circle, or weigh by ahp",
    "child_not_judged": "{expert} says something of other children of {group} and nothing of "
    "{children}; add a row for it, or delete the others",
    "wrong_points": "the points of {expert} for the children of {group} add up to {value}, and the "
    "budget is {budget}; correct them, or set budget under [weighting]",
    "only_zeros": "{expert} gives 0 to all children of {group}; give at least one of them more",
    "no_median_points": "the median of the points is 0 for every child of {group}; set combine = "
    '"mean" under [weighting]',
    "not_judged": "{kind} says nothing of what is below {groups}; the weights of the framework "
    "hold there",
    "units_without_all_scores": "the weights in {group} rest on units with all the figures they "
    "follow from, which leaves out {units} of {of}; fill in missing values to use them",
    "weight_of_constant": "all units counted have the same score in {children} of {group}, from "
    "which nothing follows, so the weight there is 0; check the data, or set the weight by hand",
    "negative_loading": "in {group} what the others have in common goes against {children}, so no "
    "weight goes there; check directions, or whether all of it belongs together",
    "negative_loading_counted": "in {group} what the others have in common goes against "
    "{children}, where the size of the loading counts all the same; check directions, or whether "
    "all of it belongs together",
    "component_without_sign": "the first principal component of {group} sets its children against "
    "each other in equal parts, so each counts by the size of its loading; check their directions, "
    "or set the weights another way",
    "negative_on_factor": "in {group} the loading of {children} goes against those of the rest of "
    "its factor, and its square counts all the same; check directions, or whether all of it "
    "belongs together",
    "negative_coefficient": "in {group} a coefficient below 0 would fit the criterion best for "
    "{children} once the others are known, and is not allowed; check directions, or whether "
    "others are repeated there",
    "few_units_for_regression": "the coefficients in {group} rest on {units} units, where {needed} "
    "(5 for each child) are the least, so they follow chance; use fewer children, or set the "
    "weights another way",
    "influence_out_of_reach": "no weights were found in {group} with the influence stated for "
    "{children}; the largest gap that is left is {gap:.3f}; children that correlate much have "
    "influence even without weight: state other shares, or change the group",
    "doubt_without_weights": "by benefit of the doubt {share} of the units in {group} score 1, so "
    "the mean of their weights says little; bound the shares with lowest_share and highest_share, "
    "or choose another weighting",
    "inconsistent_comparisons": "the comparisons of {expert} in {group} contradict each other "
    "(consistency ratio {consistency_ratio:.2f}, above {limit:g}); first to reconsider is "
    "{children}: {said:.3g} times as important, and {implied:.3g} by the others",
    "inconsistent_together": "the comparisons in {group} of all experts together contradict each "
    "other (consistency ratio {consistency_ratio:.2f}, above {limit:g}); first to reconsider is "
    "{children}: {said:.3g} times as important, and {implied:.3g} by the others",
    "incomplete_comparisons": "nobody compares {missing} of {pairs} pairs in {group}; what is "
    "missing follows from the others: compare all pairs to be sure",
    "inconsistent_best_worst": "the comparisons of {expert} in {group} with the best and the worst "
    "contradict each other (consistency ratio {consistency_ratio:.2f}, above {limit:.2f}); first "
    "to reconsider, of best, child and worst, are {children}: {said:.3g} times as important, and "
    "{implied:.3g} by the others",
    "unused_comparisons": "{expert} compares children of {group} of which neither is the best or "
    "the worst, and {method} does not read that (pairs: {count}); weigh by ahp to use it",
    "outlying_points": "{expert} gives {value:.4g} points to {children} in {group}, far from the "
    'median of {median:.4g}; ask why, or set combine = "median" under [weighting]',
    "swing_without_full": "the largest swing of {expert} in {group} is {value:g} and counts as "
    "100; write 100 for the most important child",
    # method
    "bad_toml": "this is not valid TOML ({reason}); texts stand in quotation marks, such as "
    'group = "region"',
    "option_without_section": "the option stands outside a section; put it below one, such as "
    "[normalisation]",
    "option_twice": "the option {value!r} stands twice, or beside options of its own; keep one",
    "bad_option": "{problem}; it is {written}{hint}",
    "unknown_option": "there is no {kind} {value!r} here{guess}; {kind}s are {known}",
    "unknown_choice": "there is no {what} {value!r}{guess}; choose one of {known}",
    "unknown_group_column": "there is no column {value!r} in the units table to group by{guess}; "
    "columns are {known}",
    "too_many_levels": "the list names {found} aggregations and the framework has {expected} "
    "levels of groups; give one name, or one for each level from the lowest up",
    "year_without_values": "no scored indicator has a value of {value}; there are values "
    "of {known}",
    "kept_and_dropped": "{value!r} is both kept and dropped; take it out of one of the two",
    "list_for_group": "{value!r} is a list, and one group has one aggregation; give one name",
    "base_year_missing": "indexation on each unit's own value needs the year that is 100; set "
    "base_year under [normalisation]",
    "unknown_code": "there is no {value!r} here{guess}; codes are {known}",
    "posts_missing": "{code} is normalised by {method}, which needs {columns} in the framework; "
    "fill them in or choose another normalisation",
    "no_years": "no value of a scored indicator has a year, so there is no panel; fill in the "
    'column year of values, or set year = "latest"',
    "one_year": "all values of scored indicators are of {value}, and a trend needs two years or "
    "more; add values of other years",
    "no_dated_values": "no value of a scored indicator has a year, and a trend needs two years or "
    "more; fill in the column year",
    "over_time_needs_year": "the imputation {value} works over the years; set year under [time] to "
    'a year or to "panel"',
    "reference_missing": "the reference unit {unit} has no value of {code}; name another unit, or "
    "impute the value",
    "other_direction": "the scale is that of a set in which {code} has the other direction; "
    "correct it in one of the two",
    "other_scale": "the scale is of the indicators {expected}, and this set has {found}; both "
    "sets need the same scored indicators in the same order",
    "other_units": "the scale measures each of the units {expected} by its own value in the base "
    "year, and this set has {found}; both sets need the same units in the same order",
    "nothing_in_common": "this set and {other} have no unit or no node in common; compare sets "
    "with the same codes",
    "different_scales": "scores of {nodes} are on different scales ({node}: {first}, and then "
    "{second}); compare the ranks, for differences between such scores have no meaning",
    "all_screened": "screening leaves no {what}; ask for smaller shares under [screening]",
    "zero_weights_left": "all that screening leaves below {value!r} has weight 0; give it a "
    "weight, or keep more under [screening]",
    # values outside the domain of a method
    "bad_denominator": "{unit} has {value} in {indicator} ({year}) and {below} in its denominator "
    "{denominator}, which cannot be divided; correct the denominator, or leave it empty where it "
    "is missing",
    "value_domain": "{unit} has the value {value} in {indicator} ({year}), and {method} needs "
    "{requirement}; correct the value or choose another method",
    "post_domain": "{code} has {value} in the column {column}, and {method} needs {requirement}; "
    "correct it, or choose another method",
    "posts_merged": "the goalposts {low} and {high} of {code} are the same once the indicator is "
    "treated; set them further apart, or choose another treatment",
    "method_refused": "{method} cannot be computed: {reason}; change its options, or choose "
    "another method",
    "parameter_refused": "{method} of {code} needs {requirement}; change its options, or choose "
    "another method",
    "aggregation_refused": "{method} aggregation cannot be computed in {node}: {reason}; change "
    "its options, or choose another aggregation",
    "aggregation_domain": "{node} is aggregated by {method}, which needs {requirement}, unlike "
    "{scores}{when}; {advice}",
    # uncertainty
    "nothing_uncertain": "nothing in this set can be uncertain: weights vary among siblings only, "
    "and no node has any; name alternatives under [robustness]",
    "no_effect": "{value} under {option} has no effect in this set: {reason}; take it out",
    "no_weight_sets": "there is no weight set {value!r}, and no other one; name the sets in the "
    "table weights",
    "too_many_inputs": "sensitivity can tell up to {most:,} uncertain numbers apart, and there are "
    "{found:,}; let fewer weights vary, or leave sensitivity out",
    "levels_of_noise": "the list gives {found} shares and the framework has {expected} levels "
    "below the index; give one number, or one for each level from the indicators up",
    "error_limits": "this error cannot be drawn: {reason}",
    "draw_outside_domain": "{method} aggregation of {node} needs {reason}",
    "draw_refused": "{method} aggregation of {node} cannot be computed: {reason}",
    "all_draws_failed": "none of the {draws} draws can be computed, so that something else must "
    "be uncertain under [robustness]; the first one fails because {reason}",
    "unknown_model": "{value!r} is not one of the models {known} of method.toml",
    "cooperation_failed": "the cooperation models cannot be formed: {reason}",
    # many machines
    "cluster_not_installed": "a cluster needs Dask, which is not installed here; install it: pip "
    'install "regional-scorecards[cluster]"',
    "cluster_address": "{value!r} is no address of a Dask scheduler; write it with its protocol "
    "and port, such as tcp://host:8786",
    "cluster_no_answer": "the cluster {address} did not answer within {seconds:g} seconds "
    "({reason}); check the address, that its scheduler runs, and that no firewall is between",
    "cluster_no_workers": "the cluster {address} has no workers, and none came within {seconds:g} "
    "seconds; start one: dask worker {address}",
    "cluster_without_package": "{package} is not installed on the workers {workers} of the cluster "
    "{address}; install it there, in the version {version}",
    "cluster_lost": "the cluster {address} was lost ({reason}); look at the log of its scheduler, "
    "and try again",
    "cluster_gave_up": "workers of the cluster {address} died again and again, at last at block "
    "{block}; look at their logs, and give each more memory",
    "cluster_versions": "{package} is {here} here and {there} on {machines} of the cluster, so "
    "results may differ; install the same version",
    # sets made elsewhere
    "nothing_to_import": "there is no file {path}; give the path of a file",
    "unknown_import_type": "import reads .csv files and .xlsx or .xlsm workbooks, and this is "
    "{kind}; open it in Excel and save it as one of those",
    "too_large_to_import": "the file has {size} million bytes and import reads up to {most}; leave "
    "out what is no input, or split the units",
    "files_to_import": "import takes the two .csv files of COINr (iData and iMeta), or one "
    "workbook; {count} files were given",
    "half_to_import": "this is one of the two files of COINr; give the other one ({other}) as well",
    "two_of_a_kind": "both files have the columns of {value}; give one iData, with a column uCode, "
    "and one iMeta, with the columns iCode and Type",
    "neither_table": "this is neither iData, which has a column uCode, nor iMeta, which has the "
    "columns iCode and Type; columns here are {value}",
    "swapped_tables": "this is {found} and {expected} is needed here; give the files the other way "
    "round",
    "no_known_sheets": "there are neither the sheets iData and iMeta of COINr nor Database and "
    "Framework of the COIN Tool; sheets here are {value}",
    "set_already": "this workbook is a set already, with the sheets Framework, Units and Values; "
    "use it as it is",
    "renamed_code": "the code {value!r} is written {code!r} in the set, where codes have letters, "
    "digits, '.', '_' and '-' only and differ by more than capitals",
    "renamed_column": "the column {value!r} is called {name!r} in the units table, where the name "
    "is taken",
    "not_carried": "{column} is filled in for {codes} and has no place in a set; it was left out",
    "other_columns": "{columns} are of the Type Other; they stand in the units table as text",
    "unlisted_column": "{value!r} is not in iMeta; it stands in the units table as text",
    "aggregate_values": "{value!r} is an Aggregate; its values were left out, because scores are "
    "computed anew",
    "no_data_column": "{value!r} is of the Type {type}, and {file} has no such column; add it, or "
    "delete this row",
    "parent_not_aggregate": "the parent {value!r} of {code} is of the Type {type}; only an "
    "Aggregate can be a parent",
    "aggregate_without_children": "nothing has the Aggregate {value!r} as its Parent; delete the "
    "row or give it indicators",
    "level_unlike_tree": "the Level of {code} is {value} and its place below the index makes it "
    "{expected}; the place counts, so correct the Level or the Parent",
    "weight_assumed": "the weight of {codes} is empty and counts as 1",
    "not_a_time": "{value!r} is no year; write four digits such as 2023, or a date like 2023-12-31",
    "dates_to_years": "the dates were cut to their years",
    "unit_twice": "{unit} has a row for {year} already, row {first}; keep one",
    "varies_over_years": "{value!r} changes over the years for {units}; the units table has the "
    "newest",
    "unexpected_cell": "here should stand {expected}, and it is {value!r}; the layout of the COIN "
    "Tool must not be changed",
    "unexpected_empty_cell": "the cell is empty, and here should stand {expected}; fill it in, and "
    "leave the layout of the COIN Tool as it is",
    "not_on_framework_sheet": "{value!r} is not in column C of the sheet Framework; add it there "
    "or correct it here",
    "two_parents": "{code} belongs to {value!r} here and to {other!r} in cell {first}; a group has "
    "one parent",
    "level_left_out": "all indicators have the same code {value!r} in this row, so the level is "
    "not used",
    "unused_group": "no indicator belongs to {value!r}; it was left out",
    "outside_layout": "something stands outside the cells of the COIN Tool, which end at {last}; "
    "it was left out",
    "choices_not_read": "only the data and the framework were read; denominators, treatment, "
    "normalisation and aggregation chosen in the COIN Tool were not: set them in the method",
    # doubtful, from the audit
    "screened_out": "the {what} {code} is screened out ({reason}) and not scored",
    "imputed_values": "{code} is imputed ({method}) for {units}",
    "treated": "{code} was treated ({method}); the table of treatment lists what has changed",
    "mixed_scales": "{code} has scores from {low} to {high} and its siblings in {group} from "
    "{others_low} to {others_high}, so its weight does not mean what it says; give it a like scale",
    "doubt_without_benefit": "by benefit of the doubt {share} of the units score 1 in {code}, so "
    "it hardly tells them apart; bound the shares, or use it for a few dimensions",
    "still_skewed": "{code} is skewed, and treatment ({method}) does not mend it; look at its "
    "values and choose another treatment",
    "skewed_values": "{code} is skewed (skewness {skewness:.1f}, kurtosis {kurtosis:.1f}), so few "
    "units set its scale; look at its outliers, or choose a treatment",
    "mostly_zeros": "{share:.0%} of the values of {code} are 0, so it hardly tells units apart",
    "one_value_dominates": "{share:.0%} of the values of {code} are {value:.6g}, so it hardly "
    "tells units apart",
    "few_values": "{code} has {count} different values for {total} units, so many units are tied",
    "few_available": "{unit} has values for {share:.0%} of the indicators below {node}, less than "
    "{least:.0%}; its scores rest on little",
    "few_available_in_groups": "{unit} has values for less than {least:.0%} of the indicators in "
    "{groups}; its scores there rest on little",
    "negative_siblings": "{code} and {other} in {group} go against each other (correlation "
    "{correlation:.2f}), so they cancel out in its score; check their directions, or whether they "
    "belong together",
    "collinear_siblings": "{code} and {other} in {group} hardly differ (correlation "
    "{correlation:.2f}), so the same thing counts twice; think of leaving one out or lowering the "
    "weights",
    "against_ancestor": "{code} goes against {group}, of which it is a part (correlation "
    "{correlation:.2f}); check its direction, or whether it belongs there",
    "low_reliability": "Cronbach's alpha of {count} parts of {group} is {alpha:.2f}, below "
    "{least:.1f}: they hardly measure one thing",
    "goalposts_unused": "{code} has goalposts in the framework, and its normalisation {value} does "
    "not use them; set normalisation to goalposts, or leave low and high empty",
    "constant_indicator": "{code} has the same value for all {count} units, so it cannot tell them "
    "apart; all get the same score",
    "indicator_without_scale": "{code} has {count} values and no scores, because nothing that sets "
    "the scale has a value of it; choose other years under [time] scale, or the scale of another "
    "set",
    "empty_indicator": "{code} has no value in this cross-section; it counts for nobody",
    "option_unused": "{option} is not read by {methods}, only by {known}; delete it, or choose one "
    "of these methods",
    "method_unused": "{code} is {what}, so its {column} {value} is not used; leave it empty",
    "tile_unused": "the tile {value} of {unit} is no place on the map, or taken; write numbers "
    "from 1 to 60 for row and column, each place once",
    "too_large_for_excel": "{what} would need {value} rows or columns, and a sheet of Excel holds "
    "1,048,576 rows and 16,384 columns; use fewer years or regions, or scorecards score",
    "missing_values": "{code} has values for {count} of {total} units; missing: {units}",
    "unit_without_score": "{unit} gets no score in {node}: too few of its values are there",
    "mixed_years": "the values of {code} are of different years ({years})",
    "withdrawn_value": "{unit} has an empty value of {code} for {year}, so its older value is not "
    "used; delete the row if the older one should stand in",
    "beyond_scale": "{unit} has {value} in {code}, beyond all values that set the scale; its score "
    "is clipped",
    "beyond_goalposts": "{unit} has {value} in {code}, outside the goalposts {low} to {high}; its "
    "score is clipped",
    "negative_denominator": "the denominator {denominator} of {code} is below 0 for {units}, which "
    "turns their order round; check it",
    "unused_source": "the source {value!r} is not cited by any value or note",
    "duplicate_name": "the name {value!r} is shared by {units}; the workbook shows the code beside "
    "it",
}
