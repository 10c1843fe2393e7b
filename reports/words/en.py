"""English."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "missing": "n/a",
    "compare.all": "All regions",
    "page.footer": "{name} · data digest {digest} (see Method)",
    # tabs and titles of sheets
    "sheet.overview": "Overview",
    "sheet.weights": "Weights",
    "sheet.comparisons": "Comparisons",
    "sheet.points": "Points",
    "sheet.weightings": "Weightings",
    "sheet.ranking": "Ranking",
    "sheet.scorecard": "Scorecard",
    "sheet.benchmark": "Benchmark",
    "sheet.models": "Models",
    "sheet.scores": "Scores",
    "sheet.normalised": "Normalised",
    "sheet.data": "Data",
    "sheet.method": "Method",
    "sheet.checks": "Checks",
    "title.overview": "Overview",
    "title.weights": "Weights",
    "title.comparisons": "Weights by comparing two at a time",
    "title.points": "Weights by sharing out points",
    "title.weightings": "Weightings to choose from",
    "title.ranking": "Ranking",
    "title.scorecard": "Scorecard",
    "title.benchmark": "Benchmark",
    "title.models": "Cooperation models",
    "title.scores": "Scores and ranks",
    "title.normalised": "Normalised indicators",
    "title.data": "Data",
    "title.method": "Method",
    "title.checks": "Checks",
    "sheet.statistics": "Statistics",
    "sheet.correlations": "Correlations",
    "sheet.treatment": "Treatment",
    "sheet.what_if": "Other weights",
    "sheet.trends": "Trends",
    "title.statistics": "Statistics of the indicators",
    "title.correlations": "Correlations, and what drives the index",
    "title.treatment": "What was done to the data",
    "title.what_if": "What other weights would do",
    "title.trends": "Trends",
    "title.framework": "Framework",
    "title.units": "Regions",
    "title.values": "Values of all years",
    "title.sources": "Sources",
    "title.notes": "Notes",
    "title.judgements": "Judgements of experts",
    "title.weight_sets": "Weight sets",
    # columns that many sheets share
    "unit.code": "Code",
    "unit.name": "Name",
    "unit.name_zh": "Chinese",
    "unit.rank": "Rank",
    "unit.index": "Index",
    "unit.group_rank": "Rank in group",
    "unit.model": "Cooperation model",
    "direction.up": "↑ more is better",
    "direction.down": "↓ less is better",
    "direction.target": "{direction}, target {target}",
    "direction.at": "best at {target}",
    "direction.interval": "best from {target}",
    "role.profile": "Profile: not scored",
    "role.context": "Context: not scored",
    # Overview
    "overview.title": "{name}",
    "overview.subtitle": "Regions: {units} · indicators: {indicators} · dimensions: {dimensions} · "
    "data of {years}",
    "overview.map_shows": "Map shows ▸",
    "overview.map_hint": "◂ choose what the map shows",
    "overview.map_note": "Tile map, not to scale. Grey: not covered by the data.",
    "overview.more": "and {count} more regions on the sheet Ranking",
    "overview.chart_alt": "Bars of the index, one for each region, the highest first",
    "overview.not_scored": "Listed, not scored for want of data: {names}.",
    "overview.step": "{number}  {step}",
    "overview.how_weights": "Change a yellow cell on Weights: scores, ranks, map and charts "
    "follow.",
    "overview.how_one_page": "Choose a region on Scorecard, or two on Benchmark. A Scorecard "
    "prints on one page.",
    "overview.how_pages": "Choose a region on Scorecard, or two on Benchmark.",
    "overview.how_data": "Type a value on Data. To take your changes as the new defaults, run: "
    "scorecards build, followed by the name of this file.",
    # Weights
    "weights.how": "Change the yellow cells. Any number from 0 up; only the relation among "
    "neighbours counts.",
    "weights.status": "Status",
    "weights.unchanged": "Default weights",
    "weights.unchanged_of": "Default weights: {name}",
    "weights.changed": "Weights changed: everything below is by your weights",
    "weights.changed_to": "Weights changed: everything below is by the weights {name}",
    "weights.unknown": "There are no weights of the name chosen: those given count. Choose again",
    "weights.unsound": "The weights {name} need a look on Weightings: ",
    "weights.not_a_number": "A weight is missing or is no number: it counts as 0",
    "weights.negative": "A weight is negative: weights are 0 or more",
    "weights.all_zero": "All weights of a group are 0: it gets no score. Give one of them a "
    "weight above 0, or set the weight of the whole group to 0",
    "weights.not_live": "Too many regions for live formulas: change weights here and run "
    "scorecards build on this file",
    "weights.sum": "Sum of indicators' shares",
    "weights.aggregation": "Aggregation",
    "weights.aggregation_note": "arithmetic: a high score makes up for a low one · geometric: only "
    "in part. Groups whose own aggregation is set on Framework keep it.",
    "weights.aggregation_one": "A geometric mean needs scores above 0: set normalisation range to "
    "[1, 100] on Method and run scorecards build on this file to choose it here.",
    "weights.aggregation_prompt": "arithmetic: a high score makes up for a low one. geometric: "
    "only in part; needs scores above 0.",
    "weights.aggregation_fixed": "Set on Method; change it there and run "
    "scorecards build on this file.",
    "weights.weighting": "Weights in force",
    "weights.weighting_note": "given: the yellow cells below. Others stand on Weightings, where "
    "new sets are typed; what they leave out keeps its yellow weight. Grey cells are not in force.",
    "weights.weighting_own": "A group with a weighting behind its name keeps that; it is set on "
    "Method.",
    "weights.weighting_scope": "All indicators are weighed at once: before building this file "
    "again with weights that are given or named, set the scope of weighting on Method to siblings.",
    "weights.weighting_prompt": "given: the yellow cells. Other weights are those of the sheet "
    "Weightings.",
    "weights.node": "Dimension and indicator",
    "weights.node_zh": "Chinese",
    "weights.weight": "Weight",
    "weights.given": "Given weight",
    "weights.in_force": "In force",
    "weights.default": "Default",
    "weights.share": "Share in group",
    "weights.effective": "Share in index",
    "weights.direction": "Direction",
    "weights.low": "Low end",
    "weights.high": "High end",
    "weights.years": "Year",
    "weights.interval": "{low} to {high}",
    "weights.prompt": "A number from 0 up. Shares are worked out among neighbours of one group.",
    "weights.note": "Low and high end: the values that get the lowest and the highest score, in "
    "the indicator's own unit. Weights shared out equally are a choice like any other: what an "
    "indicator really contributes also depends on how its values spread. How far each "
    "weight can move before the ranking changes stands on Other weights.",
    # Comparisons
    "comparisons.how": "For whoever weighs two things at a time: type in the yellow cells how many "
    "times as important the row is as the column.",
    "comparisons.scale": "1 equally important · 3 somewhat more · 5 clearly more · 7 very much "
    "more · 9 extremely more; 2, 4, 6, 8 lie between; 1/3 where the column is more important. "
    "Below the diagonal stands what follows. Type your name in place of Expert 1; not every pair "
    "needs a number. The next scorecards build on this file adds a block for one more expert.",
    "comparisons.use": "All experts together: the geometric mean of what they say of a pair. These "
    "weights count where ahp is chosen on Weights; a group without any keeps its given weights.",
    "comparisons.expert": "Expert {number}",
    "comparisons.together": "All experts together",
    "comparisons.some": "Together: {names}",
    "comparisons.weight": "Weight",
    "comparisons.ratio": "Consistency ratio",
    "comparisons.eigenvalue": "Largest eigenvalue",
    "comparisons.missing": "Pairs not compared",
    "comparisons.prompt": "1 to 9: how many times as important the row is as the column; 1/2 to "
    "1/9 where it is less important. Other numbers above 0 count, too.",
    "comparisons.empty": "Nothing is compared yet.",
    "comparisons.no_number": "A cell holds no number above 0 (in red): it does not count. Correct "
    "or clear it.",
    "comparisons.not_connected": "No weights yet: comparisons do not connect all of these with "
    "each other. Compare further pairs.",
    "comparisons.consistent": "Consistent: the ratio is at most {limit}.",
    "comparisons.reconsider": "Contradictory: the ratio is above {limit}. Reconsider ",
    "comparisons.against": " against ",
    "comparisons.said": ": ",
    "comparisons.implied": " was said, the others imply ",
    "comparisons.end": ".",
    "comparisons.too_many": "{name}: {count} are too many to compare each with each on a sheet; "
    "type comparisons on Judgements.",
    # Points
    "points.how": "For whoever shares out a budget: each expert gives {budget} points in every "
    "group.",
    "points.use": "Type your name in place of Expert 1. Sums that are rounded are brought to "
    "{budget}; scorecards build refuses others while these weights are in force. The weight is the "
    "share by the {combine}; it counts where budget_allocation is chosen on Weights; a group "
    "without points keeps its given weights.",
    "points.marks": "Red: a sum that is not {budget}. Orange: far from what most experts say "
    "(modified z-score above 3.5). Placed elsewhere: the part of an expert's points that stands "
    "elsewhere than those of the others together. Two columns for further experts come with every "
    "build.",
    "points.mean": "Mean",
    "points.median": "Median",
    "points.standard_deviation": "Standard deviation",
    "points.lowest": "Lowest",
    "points.highest": "Highest",
    "points.weight": "Weight",
    "points.outlying": "Far from most",
    "points.node": "Group and what is in it",
    "points.sum": "Sum",
    "points.distance": "Placed elsewhere",
    "points.prompt": "Points from 0 up. The points of one expert in one group add up to {budget}.",
    # Weightings
    "weightings.how": "Type named sets into the yellow columns; choose the one in force on "
    "Weights. All children of a group have a weight, or none.",
    "weightings.given": "Weights",
    "weightings.named": "Named sets: type here",
    "weightings.derived": "Derived",
    "weightings.shares": "Share in group that each comes to",
    "weightings.name": "Name",
    "weightings.author": "Author",
    "weightings.date": "Date, such as 2026-03-31",
    "weightings.note": "Note",
    "weightings.status": "Status",
    "weightings.varies": "differs by node, see Weight sets",
    "weightings.from_given": "typed on Weights, column C",
    "weightings.from_equal": "the same within each group",
    "weightings.from_ahp": "from the comparisons of experts",
    "weightings.from_budget_allocation": "from the points of experts",
    "weightings.from_python": "computed when this file was built; follows no edit",
    "weightings.in_force": "in force",
    "weightings.ready": "ready",
    "weightings.new": "new set",
    "weightings.none_yet": "nothing yet",
    "weightings.unnamed": "type its name",
    "weightings.nothing": "no weights: type them, or delete the name",
    "weightings.not_a_number": "a weight is no number",
    "weightings.negative": "a weight is negative",
    "weightings.incomplete": "a group has gaps",
    "weightings.all_zero": "a group has only 0",
    "weightings.twice": "name is there already",
    "weightings.taken": "name of a method",
    "weightings.spaces": "name without spaces",
    "weightings.prompt": "A number from 0 up, for all children of a group or for none; only the "
    "relation among neighbours counts.",
    "weightings.foot": "A named set leaves the given weights as they are; a group without weights "
    "in a set keeps the given ones, whose shares stand in grey italics. A new set is a new name "
    "with weights below; to delete a set, delete its name and its weights. All of them are kept in "
    "this file, and scorecards build reads them from here.",
    # Ranking
    "ranking.how": "Sorts itself by the weights in force. Change: places gained or lost against "
    "the default weights.",
    "ranking.contributions": "What each dimension adds to the index",
    "ranking.contributions_alt": "Stacked bars, one for each region in the order of the ranking: "
    "the score of each dimension times its share in the index",
    # Scorecard
    "scorecard.how": "Choose a region and what it is compared with; everything below follows.",
    "scorecard.choose": "Region ▸",
    "scorecard.choose_prompt": "Choose a region from the list.",
    "scorecard.compare": "Compare with ▸",
    "scorecard.compare_prompt": "Choose what the means below are taken over.",
    "scorecard.rank_of": "Rank of {count}",
    "scorecard.change": "Change",
    "scorecard.mean": "Mean of group",
    "scorecard.above": "Next above: {name}",
    "scorecard.below": "Next below: {name}",
    "scorecard.dimensions": "Dimensions",
    "scorecard.dimension": "Dimension",
    "scorecard.signal": "Against all regions",
    "scorecard.score": "Score",
    "scorecard.group_mean": "Mean of group",
    "scorecard.best": "Best region",
    "scorecard.gap": "Gap to best",
    "scorecard.tied": "{count} regions",
    "scorecard.profile": "Profile, strengths and weaknesses",
    "scorecard.radar": "Profile by dimension",
    "scorecard.radar_alt": "Net with one spoke for each dimension: the region, the mean of its "
    "group, the mean of all regions",
    "scorecard.bars": "Points above and below the mean of the group",
    "scorecard.bars_alt": "Bars of the indicators in which the region is farthest above and "
    "farthest below the mean of its group",
    "scorecard.strengths": "Strengths",
    "scorecard.weaknesses": "Weaknesses",
    "scorecard.indicators": "All indicators",
    "scorecard.value": "Value",
    "scorecard.legend": "▲ among the greatest leads on the mean of the group   ▼ among the "
    "greatest lags   * a doubtful measure, see the column caution on Framework   n/a no value: "
    "the other weights of the group are scaled up",
    "scorecard.imputed": "≈ imputed",
    "scorecard.legend_imputed": "≈\u00a0imputed: no value; the score is that of a value put "
    "in, see Treatment",
    "scorecard.notes": "What no number says",
    "scorecard.model_trait": "The model",
    "signal.strong": "▲ strong",
    "signal.above": "● above mean",
    "signal.below": "○ below mean",
    "signal.weak": "▼ weak",
    # Benchmark
    "benchmark.how": "Two regions side by side, dimension by dimension and indicator by indicator.",
    "benchmark.choose": "Choose two regions ▸",
    "benchmark.item": "Item",
    "benchmark.difference": "Difference",
    "benchmark.leader": "Ahead",
    "benchmark.equal": "equal",
    "benchmark.imputed": "{sign} one of the two values, or both, are imputed; see Treatment.",
    "benchmark.both": "Index and dimensions",
    "benchmark.both_alt": "Bars of the index and of each dimension for the two regions",
    "benchmark.gaps": "Difference by indicator, first minus second (points)",
    "benchmark.gaps_alt": "Bars of the difference between the two regions in each indicator",
    # Models
    "models.how": "Each region stands with the nearest of the centres found when this file was "
    "written; edit Data and it moves. New centres need scorecards build. ★ named as example.",
    "models.how_static": "As computed when this file was written; run scorecards build on this "
    "file after changes. ★ named as example.",
    "models.features": "What distinguishes the models",
    "models.reasons": "Why",
    "models.membership": "Membership: {model}",
    "models.distance": "Distance: {model}",
    "models.other": "Nearest other model",
    "models.margin": "Margin",
    "models.centres": "Centre (standard deviations)",
    "models.members": "Regions",
    "models.chart": "Centres of the models (standard deviations from the mean)",
    "models.chart_alt": "Bars of the mean of each model in each distinguishing feature",
    "models.trust": "How far to trust this",
    "models.hits": "Examples found again when left out",
    "models.hits_of": "{hits} of {of}",
    "models.p_exact": "Chance of as many hits if the examples were shuffled (all {count} ways)",
    "models.p_drawn": "Chance of as many hits if the examples were shuffled ({count} draws)",
    "models.silhouette": "Silhouette (-1 to 1; above 0.5 is clear, below 0.25 is hardly there)",
    "models.unit_stability": "Same groups on 80 % of the regions (adjusted Rand, 1 = same)",
    "models.feature_stability": "Same groups without one feature (adjusted Rand, 1 = same)",
    "models.ward": "Same groups by Ward's method without examples (adjusted Rand)",
    "models.caveat": "A margin near 0 is a doubtful case. The chance covers which regions are "
    "examples, not the choice of features. Membership falls with the square of the distance "
    "(Bezdek 1981).",
    "models.left_out": "Example left out",
    "models.named": "Named as",
    "models.found": "Found as",
    "models.groups": "Number of groups",
    "models.groups.silhouette": "Silhouette",
    "models.groups.calinski_harabasz": "Calinski-Harabasz",
    "models.groups.within_share": "Variance left inside",
    "models.groups.adjusted_rand_with_models": "Agreement with the models",
    # Scores, Normalised, Data
    "scores.how": "Live: scores and ranks by the weights in force, and how much of the weight has "
    "data behind it.",
    "scores.static": "Values as computed when this file was written: {units} regions are too many "
    "for live formulas.",
    "scores.partly": "Live but for these, whose aggregation has no live formula: {names}. Run "
    "scorecards build on this file after a change of weights.",
    "scores.score": "Score",
    "scores.rank": "Rank",
    "scores.coverage": "Data coverage",
    "scores.against_default": "Against default weights",
    "scores.change": "Change",
    "scores.default_score": "Default index",
    "scores.default_rank": "Default rank",
    "scores.mean": "Mean",
    "scores.median": "Median",
    "scores.highest": "Highest",
    "scores.lowest": "Lowest",
    "normalised.how": "Live: each value on Data between the low and the high end, turned so that "
    "more is better.",
    "normalised.static": "Values as computed when this file was written (this normalisation, "
    "treatment, imputation, panel or number of regions has no live formula): run scorecards build "
    "on this file after a change on Data.",
    "normalised.partly": "Live but for these, which are values as computed when this file was "
    "written: {names}. Run scorecards build on this file after a change to them on Data.",
    "normalised.imputed": "Framed and in italics: the value is missing and was imputed; Treatment "
    "lists what was put in.",
    "normalised.group": "Group",
    "data.how": "Values that are scored now. Blue: type over them and the scores follow. Grey: "
    "missing. Older years stand on Values.",
    "data.how_static": "Values that are scored now. Type over them, then run scorecards build on "
    "this file. Grey: missing. Older years stand on Values.",
    "data.how_divided": "Right of the values stand those per denominator, which are scored.",
    "data.role": "Dimension",
    "data.indicator": "Indicator",
    "data.measure": "Measure",
    "data.before_division": "before division by {name}",
    "data.divided": "Divided by {name}",
    "data.year": "Year",
    "data.source": "Source",
    "data.present": "Regions with a value",
    "data.undated": "undated",
    "data.year_of_each": "Year of each value",
    # Method
    "method.how": "Options of this set. Type in the column value (empty: the default) and run "
    "scorecards build on this file; the aggregation is switched live on Weights.",
    "method.in_force": "in force",
    "method.meaning": "meaning",
    "method.others": "Options of methods that are not chosen",
    "method.others_how": "What is typed here takes effect once a method that reads it is chosen "
    "above; the brackets name the methods.",
    "method.computed": "What is computed",
    "method.handbook": "Following the OECD/JRC Handbook on Constructing Composite Indicators "
    "(2008), in this order.",
    "method.divided": "Denominators: {names}.",
    "method.quotient": "{name} by {denominator}",
    "method.screened": "Screening: regions and indicators with too few values are left out; "
    "Statistics lists them.",
    "method.all_indicators": "all indicators",
    "method.weight_set": "Weighting {name} ({whom}): a named set of weights, see Weightings.",
    "method.all_groups": "all groups",
    "method.computed_line": "{stage} {name} ({whom}): {summary} {source}",
    "method.formula.minmax": "Score: lowest score + (best - lowest) x (value - low end) / (high "
    "end - low end), turned round where less is better. A constant indicator gives everybody the "
    "middle.",
    "method.formula.goalposts": "Score: lowest score + (best - lowest) x (value - low) / (high - "
    "low), with low and high of Framework, turned round where less is better.",
    "method.formula.zscore": "Score: mean + standard deviation x (value - mean of the regions) / "
    "their standard deviation, turned round where less is better.",
    "method.formula.arithmetic": "Score: sum of share x score.",
    "method.formula.geometric": "Score: product of the scores, each to the power of its share.",
    "method.formula.harmonic": "Score: 1 / sum of share / score.",
    "method.missing.renormalise": "A missing score is left out and the other weights of its group "
    "are scaled up.",
    "method.missing.propagate": "A group in which a score is missing has none.",
    "method.missing.zero": "A missing score counts as 0.",
    "method.minimum_coverage": "A group with less than {share} of its weight present has no score.",
    "method.ranks": "Ranks are taken of scores to nine decimals; equal scores are tied.",
    "method.live": "What follows your changes, and what does not",
    "method.live_text": "Live: weights, aggregation switch, values on Data, direction and "
    "goalposts on Framework.\n"
    "Not live, written as values: the default score and rank, centres of the cooperation models "
    "and the figures on how far to trust them, every other option above. Run scorecards build on "
    "this file to have them follow.",
    "method.limits": "Limits",
    "method.limits_text": "A rank is the outcome of choices: differences of a few places mean "
    "little. Years differ between indicators; each sheet shows them. Measures marked * are "
    "doubtful, and the column caution on Framework says why.",
    "method.origin": "Origin",
    "method.origin_text": "Set: {name}\nData digest, the SHA-256 of the inputs, which changes "
    "with any of them; its start stands at the foot of each page: {digest}\nWritten by "
    "regional-scorecards {version} (MIT licence); seed {seed}. The data stand under the terms of "
    "their publishers, see Sources.",
    # Checks
    "checks.how": "The workbook tests itself; all lines should say OK, also after changes.",
    "checks.what": "Check",
    "checks.found": "Found",
    "checks.wanted": "Wanted",
    "checks.verdict": "Verdict",
    "checks.ok": "OK",
    "checks.look": "LOOK",
    "checks.note": "note",
    "checks.shares": "Shares of the indicators in the index add up to 1",
    "checks.errors_scores": "Error cells on Scores",
    "checks.errors_normalised": "Error cells on Normalised",
    "checks.text_data": "Texts where numbers belong on Data",
    "checks.unscored_values": "Values without a score (a logarithm needs values above 0)",
    "checks.order": "Places of the ranking that are not taken exactly once",
    "checks.outside_domain": "Scores that are missing because a geometric or harmonic mean needs "
    "scores above 0",
    "checks.python": "Sum of differences to the default index (0 with nothing changed)",
    "checks.without_score": "Regions without a score",
    "checks.missing": "Missing values of scored indicators",
    "checks.audit": "What the audit found when this file was written",
    "checks.more": "and {count} more of this kind ({code}): run scorecards check on this file",
    "checks.nothing": "Nothing.",
    # Statistics
    "statistics.how": "For those who check the data: how the values of each indicator spread, "
    "which regions have data, and what was left out.",
    "statistics.of_year": "Of {year} alone, the newest year; Treatment takes the years of the "
    "scale together.",
    "statistics.spread": "Spread of each scored indicator",
    "statistics.spread_how": "Values before anything is imputed or treated; they follow what is "
    "typed on Data. Coloured figures ask for a look, none is an error by itself. Skewed: skew "
    "beyond {skew} and kurtosis above {kurtosis}, a few regions then stretch the scale for all "
    "others. Kurtosis is in excess of the normal distribution, which has 0. Also flagged: more "
    "than {missing} missing, more than {half} zeros, fewer than {half} different values, one "
    "value in more than {half} of the regions.",
    "statistics.values": "Values",
    "statistics.missing": "Missing",
    "statistics.zeros": "Zeros",
    "statistics.lower": "Lower quartile",
    "statistics.upper": "Upper quartile",
    "statistics.deviation": "Standard deviation",
    "statistics.skew": "Skew",
    "statistics.kurtosis": "Kurtosis",
    "statistics.outliers": "Outliers (1.5 ranges)",
    "statistics.different": "Different values",
    "statistics.frequent": "Most frequent value",
    "statistics.flags": "To look at",
    "statistics.flag.empty": "no value at all",
    "statistics.flag.constant": "all values are the same",
    "statistics.flag.missing": "many missing",
    "statistics.flag.zeros": "many zeros",
    "statistics.flag.few_values": "few different values",
    "statistics.flag.one_value_dominates": "one value dominates",
    "statistics.flag.skewed": "skewed",
    "statistics.caution": "To be read with care",
    "statistics.available": "Which regions have data",
    "statistics.available_how": "Share of the indicators below each heading for which a region has "
    "a value of its own, each indicator counted once whatever its weight.",
    "statistics.complete": "Every region has a value in every indicator.",
    "statistics.fewest": "The {listed} regions with the fewest values, of {count}.",
    "statistics.screening": "What was left out",
    "statistics.screening_how": "Asked for on Method: an indicator needs values for "
    "{indicator_availability} of the regions and {indicator_nonzero} of them other than 0; a "
    "region needs values in {unit_availability} of the indicators and {unit_nonzero} of them other "
    "than 0.",
    "statistics.screened_indicators": "Indicator",
    "statistics.screened_units": "Region",
    "statistics.missing_values": "Missing values",
    "statistics.available_share": "With a value",
    "statistics.nonzero_share": "Other than 0",
    "statistics.reason": "Why",
    "statistics.reason.available": "left out: too few values",
    "statistics.reason.nonzero": "left out: too many zeros",
    "statistics.reason.dropped": "left out: named in the option drop",
    "statistics.reason.kept": "stays: named in the option keep",
    "statistics.nobody": "None.",
    "statistics.more": "and {count} more",
    # Correlations
    "correlations.how": "From the scores as computed when this file was written; 1 rise "
    "together, 0 unrelated, -1 one falls as the other rises.",
    "correlations.of_year": "Of {year}, the newest year.",
    "correlations.few_for_curves": "Fewer than {least} regions: a curve would follow chance, so "
    "that the main effect is by a straight line too.",
    "correlations.too_few": "Fewer than three regions: there is nothing to correlate.",
    "correlations.drivers": "What really drives the index",
    "correlations.drivers_how": "A weight says what an indicator was meant to count for; what it "
    "does count for also depends on how its scores spread and move with the others. Share of "
    "influence: how much of the differences among regions in the index would be explained by this "
    "one alone, as a share of all: by correlation with a straight line, by main effect with a "
    "curve. Ratio: influence by main effect over weight; ▲ 1.5 or more: it counts for more than "
    "was meant, ▼ 0.5 or less: for less. If it is left out: 1.00 means the ranking stays the "
    "same; ▲ the region would climb, ▼ fall.",
    "correlations.drives": "Weight and influence",
    "correlations.left_out": "If it is left out",
    "correlations.with_index": "Correlation with index",
    "correlations.by_correlation": "Influence by correlation",
    "correlations.by_effect": "Influence by main effect",
    "correlations.ratio": "Influence over weight",
    "correlations.without": "Rank correlation",
    "correlations.mean_shift": "Places moved, mean",
    "correlations.largest_shift": "Places moved, most",
    "correlations.moves": "Region that moves most",
    "correlations.moved_by": "by",
    "correlations.without_slow": "The effect of leaving out takes too long to be computed here; "
    "run scorecards compare with the option --leave-out.",
    "correlations.look": "Correlations that ask for a look",
    "correlations.look_how": "Neighbours in one group that go against each other (below -0.4) or "
    "say the same (above 0.92), and nodes that fall as a group they are in rises (below 0); only "
    "where p < 0.05. Checks and scorecards check tell the same pairs. A reason to think again, not "
    "to drop anything.",
    "correlations.of": "Of",
    "correlations.with": "With",
    "correlations.correlation": "Correlation",
    "correlations.meaning": "What it means",
    "correlations.look.negative_siblings": "go against each other: in their mean they cancel out",
    "correlations.look.collinear_siblings": "say nearly the same: together they count twice",
    "correlations.look.against_ancestor": "goes against what it is a part of",
    "correlations.groups": "Group by group",
    "correlations.groups_how": "Bold orange: below -0.4, they cancel out. Framed: above 0.92, "
    "they count twice. In the columns of the group and the index, orange italics: up to 0.3, "
    "hardly part of it. *** p < 0.01, ** p < 0.05, * p < 0.1: how often so strong a correlation "
    "would come about by chance. Cronbach's alpha near 1: the indicators measure one thing; 0.7 "
    "is usually asked for. Components: how many things the group measures. The eigenvalue of one "
    "is the number of indicators it stands for; above 1 it carries more than a single one.",
    "correlations.link_group": "Its group",
    "correlations.link_index": "Index",
    "correlations.numbered": "{number}  {name}",
    "correlations.alone": "One indicator only.",
    "correlations.alpha": "Cronbach's alpha {alpha}",
    "correlations.kaiser": "components with an eigenvalue above 1: {number}",
    "correlations.first_component": "the first explains {share}",
    "correlations.too_many": "Too many for a table.",
    "correlations.eigenvalue": "Eigenvalue of component 1, 2, ...",
    "correlations.share": "Share of the variance",
    "correlations.all": "All indicators",
    "correlations.all_how": "The same for all indicators, numbered across as they are down.",
    # Treatment
    "treatment.how": "From the value as published to the score: what was done to each indicator, "
    "and every value that is not as published.",
    "treatment.indicators": "Indicator by indicator",
    "treatment.imputed_by": "Missing values are filled by: {imputation}.",
    "treatment.indicators_how": "Outliers and skew are treated as Method and Framework say; what "
    "passes is left alone. Skew: 0 where high and low values spread alike, above 0 where a few are "
    "far up. Kurtosis: 0 as in a normal distribution, higher with more values far out. Low end, "
    "high end and target are in the units of the treated values.",
    "treatment.panel": "Figures are of {years}, on one scale.",
    "treatment.denominators": "Divided",
    "treatment.gaps": "Gaps",
    "treatment.treatment": "Outliers and skew",
    "treatment.scale": "Normalisation",
    "treatment.denominator": "By",
    "treatment.factor": "Times",
    "treatment.target": "Target",
    "treatment.missing": "Missing",
    "treatment.imputed": "Imputed",
    "treatment.method": "Method",
    "treatment.skew_before": "Skew before",
    "treatment.kurtosis_before": "Kurtosis before",
    "treatment.passes_before": "Passes before",
    "treatment.points": "Values winsorised",
    "treatment.skew_after": "Skew after",
    "treatment.kurtosis_after": "Kurtosis after",
    "treatment.passes_after": "Passes after",
    "treatment.passes": "✓",
    "treatment.skewed": "✗ skewed",
    "treatment.winsorised": "Values that were winsorised: drawn in to the next value that stays",
    "treatment.from": "From",
    "treatment.to": "To",
    "treatment.values_imputed": "Values that were imputed: put in where there is none",
    "treatment.value": "Value put in",
    # Other weights
    "what_if.how": "Computed when this file was written, from the weights in force then ({name}). "
    "After an edit run scorecards build on this file.",
    "what_if.stability": "How delicate each weight is",
    "what_if.stability_how": "Move the share of one weight, and its siblings give or take in "
    "proportion: between From and To everything stays as it is now. Grey: nothing changes on the "
    "way down to 0% or up to 100%. Who changes places: ▼ where the share falls, ▲ where it rises; "
    "the one ahead now is named first. Smallest change: of the share, relative to itself, that "
    "changes the first place or the top; marked where {within} or less does. ≈ was searched for, "
    "all else is exact. By scores before any rounding.",
    "what_if.stability_left_out": "Left out: for this set it takes long. scorecards weights "
    "stability computes it.",
    "what_if.nothing_changes": "No single weight changes the first place or the top {top}, however "
    "far it moves.",
    "what_if.most_delicate": "Of {all} weights, {count} can change the first place or the top by "
    "moving {within} or less. The most delicate is {node}: its share is {share}, and at {end} "
    "{what} changes ({who}).",
    "what_if.changes_first": "the first place",
    "what_if.changes_top": "the top {top}",
    "what_if.until_first": "First place stays",
    "what_if.until_top": "Top {top} stays",
    "what_if.until_ranks": "All ranks stay",
    "what_if.share": "Share now",
    "what_if.from": "From",
    "what_if.to": "To",
    "what_if.who": "Who changes places",
    "what_if.pair": "{first} ↔ {second}",
    "what_if.nobody": "nobody",
    "what_if.alone": "has no siblings with weight",
    "what_if.smallest": "Smallest change",
    "what_if.strip": "What each share from 0% to 100% keeps",
    "what_if.now": "share now",
    "what_if.all_kept": "all ranks stay",
    "what_if.lead_kept": "first and top {top} stay",
    "what_if.first_kept": "top {top} changes",
    "what_if.first_lost": "first place changes",
    "what_if.shifts": "Where other weights would put each region",
    "what_if.shifts_how": "Each of the other weightings that stand on Weightings: score, rank, and "
    "places gained (▲) or lost (▼) against the weights in force. Best and worst rank: if the share "
    "of every dimension may move by {within} of itself, all at once; a tie counts for the region "
    "in the best rank and against it in the worst. Exact: no weights go further. Else the ranks "
    "not ruled out are named, and scorecards weights range settles them.",
    "what_if.shifts_left_out": "Left out: the set is too large. scorecards weights compare "
    "computes it.",
    "what_if.ranges_left_out": "Best and worst ranks are left out above {count} regions: "
    "scorecards weights range computes them.",
    "what_if.ranges_not_linear": "There are no best and worst ranks: the index is no weighted mean "
    "of its dimensions.",
    "what_if.refused": "No scores can be computed with {names}: scorecards weights compare says "
    "why.",
    "what_if.more_choices": "The first {shown} of {count} weightings are shown: scorecards weights "
    "compare has all.",
    "what_if.listed": "The first {listed} of {count} regions are listed: scorecards weights "
    "compare has all.",
    "what_if.in_force": "In force",
    "what_if.moved": "Dimensions ±{within}",
    "what_if.rank_strip": "Ranks it can have",
    "what_if.best": "Best rank found",
    "what_if.worst": "Worst rank found",
    "what_if.not_ruled_out": "Not ruled out",
    "what_if.exact": "exact",
    "what_if.rank_now": "rank in force",
    "what_if.possible": "found to be possible",
    "what_if.open": "not ruled out",
    "what_if.score": "Score",
    "what_if.shift": "Shift",
    "what_if.spearman": "Agreement of ranks: Spearman (1 = the same)",
    "what_if.kendall": "Agreement of ranks: Kendall (1 = the same)",
    "what_if.mean_shift": "Mean shift of rank, up or down",
    "what_if.largest_shift": "Largest shift of rank",
    # Robustness
    "sheet.robustness": "Robustness",
    "sheet.rank_probabilities": "Rank probabilities",
    "title.robustness": "How far to trust the ranks",
    "title.rank_probabilities": "Rank probabilities",
    "robustness.how": "Computed by Python when this file was written. It does not move with the "
    "cells: after an edit of weights or values run scorecards build on this file.",
    "robustness.as_built": "For the inputs of this file as built, which have not been changed "
    "since.",
    "robustness.in_this_file": "For the inputs of this file as built; see Robustness",
    "robustness.not_live": "For the inputs of this file as built.",
    "robustness.changed": "Weights or values have been changed: intervals and groups are still "
    "those of the file as built. Run scorecards build on this file.",
    "robustness.drawn": "What was uncertain",
    "robustness.drawn_how": "{draws} draws from seed {seed}. In each draw every choice below is "
    "made anew, all at the same time and each outcome as likely as the others, and the regions are "
    "scored and ranked again.",
    "robustness.source.imputation": "Filling of missing values",
    "robustness.source.treatment": "Treatment of outliers and skew",
    "robustness.source.normalisation": "Normalisation",
    "robustness.source.weighting": "Way of weighting",
    "robustness.source.aggregation": "Aggregation",
    "robustness.source.imputation_draws": "Missing values",
    "robustness.source.weights_between": "Weights of several sets or experts",
    "robustness.source.weights_simplex": "Weights, any at all",
    "robustness.source.weights_dirichlet": "Weights, around those in force",
    "robustness.source.weights_noise": "Weights, larger or smaller",
    "robustness.source.leave_out": "Leaving out one indicator",
    "robustness.source.measurement_error": "Errors of measurement",
    "robustness.source_said": "{source}: {said}",
    "robustness.or": " or ",
    "robustness.said.alternatives": "{own}, as in this file, or {others}",
    "robustness.said.imputation_draws": "drawn {count} times from what is likely for them",
    "robustness.said.weights_between": "any mixture of {names}",
    "robustness.said.weights_simplex": "{count} weights, each group shared out in any way",
    "robustness.said.weights_dirichlet": "{count} weights, with concentration {concentration} (the "
    "larger, the closer)",
    "robustness.said.weights_noise": "each of {count} weights by a share of itself, up to {noise}",
    "robustness.by_level": "{noise}, level by level from the indicators up",
    "robustness.said.leave_out": "none, or one of {count}",
    "robustness.said.leave_out_of": "none, or one of: {names}",
    "robustness.said.measurement_error": "each value by the error stated for it",
    "robustness.intervals": "Rank intervals and tie groups",
    "robustness.intervals_how": "5% and 95%: in nine of ten draws the rank lies between these "
    "two, both included. Median: half of the draws give this rank or a better one. A wide interval "
    "does not mean that a region is good or bad, only that its rank hangs on choices that others "
    "could have made otherwise.",
    "robustness.summary": "Regions that keep one rank in nine of ten draws: {certain} of {count}. "
    "On average the interval holds {mean} ranks; the widest is that of {unit} ({span}). Tie "
    "groups: {groups}.",
    "robustness.all_certain": "All {count} regions keep one rank in nine of ten draws.",
    "robustness.no_intervals": "No region has a rank.",
    "robustness.groups_paired": "Tie group: from its first region to the last one that the first "
    "is not ahead of in at least {certainty} of the draws. Differences inside a group are not "
    "certain. Top: probability of being among so many at the top. Scored: share of the draws in "
    "which the region has a score; the other figures are of these.",
    "robustness.groups_overlapping": "Tie group: from its first region to the last one whose "
    "interval overlaps with that of the first. Differences inside a group are not certain. Top: "
    "probability of being among so many at the top. Scored: share of the draws in which the region "
    "has a score; the other figures are of these.",
    "robustness.groups": "5–95%: in nine of ten draws the rank lies between these two. Lines part "
    "tie groups: differences inside a group are not certain. See Robustness.",
    "robustness.span": "5–95%",
    "robustness.best": "5%",
    "robustness.median": "Median",
    "robustness.median_rank": "Median rank",
    "robustness.now": "In this file",
    "robustness.worst": "95%",
    "robustness.mean": "Mean",
    "robustness.shift": "Mean shift",
    "robustness.tie_group": "Tie group",
    "robustness.group_size": "Regions in it",
    "robustness.scored": "Scored",
    "robustness.top": "In the top {number}",
    "robustness.how_certain": "How certain the rank is",
    "robustness.rank_now": "rank in this file",
    "robustness.median_mark": "median of draws",
    "robustness.inside": "5% to 95% of draws",
    "robustness.chart": "Ranks of the regions: 5% to 95% of the draws",
    "robustness.chart_first": "Ranks of the first {count} regions: 5% to 95% of the draws",
    "robustness.chart_alt": "Columns from the 5% to the 95% quantile of the rank, one for each "
    "region in the order of the ranking, with marks at the median and at the rank in this file; "
    "rank 1 is on top",
    "robustness.sensitivity": "Which choice moves the ranks",
    "robustness.sensitivity_how": "Shares of the variance of the mean shift of ranks (Sobol "
    "indices). Alone: what would vanish on average if this one choice were settled and the others "
    "stayed open. With others: all that this choice has a part in; near 0 means it may as well be "
    "settled. ± and whiskers: 95% intervals of the estimate. Shares alone may add up to less "
    "than 100%: the rest comes about only where choices meet.",
    "robustness.no_sensitivity": "Not computed for this file: scorecards robustness computes it.",
    "robustness.nothing_moves": "Nothing that was varied moves any rank.",
    "robustness.largest": "Most comes from this: {name}, which has a part in {total} of the "
    "variance.",
    "robustness.interaction": "{share} comes about only where choices meet.",
    "robustness.only_source": "Only one thing was varied: {name}.",
    "robustness.points": "Estimated from {points} of {draws} points of a quasi-random sample.",
    "robustness.source": "Choice",
    "robustness.first": "Alone",
    "robustness.first_interval": "±",
    "robustness.total": "With others",
    "robustness.total_interval": "±",
    "robustness.weight_of": "Weight: {name}",
    "robustness.bars": "Share of the variance of the mean shift of ranks",
    "robustness.bars_alt": "Bars of the share of each choice in the variance of the mean shift of "
    "ranks, alone and with others, with whiskers for the uncertainty of the estimate",
    "robustness.single": "One choice at a time",
    "robustness.single_how": "What each change alone does to the ranking in this file, the largest "
    "first. It is easy to read, and misses what choices do together, which the shares above have.",
    "robustness.changed_choice": "If this were changed",
    "robustness.effect": "the ranking would change like this",
    "robustness.mean_move": "Mean shift",
    "robustness.moved": "Regions that move",
    "robustness.moves_most": "Moves most",
    "robustness.by": "by",
    "robustness.leader": "First place is lost",
    "robustness.instead": "{source}: {alternative} instead of {own}",
    "robustness.without": "Without {name}",
    "robustness.nobody_moves": "No region changes its rank.",
    "robustness.moves": "The average region moves {mean} places; {unit} most, {direction} "
    "{places}.",
    "robustness.moves_in_draws": "In {draws} draws the average region moves {mean} places; {unit} "
    "most, {direction} {places} in one of them.",
    "robustness.up": "up",
    "robustness.down": "down",
    "robustness.no_ranks": "No region has a rank both before and after.",
    "robustness.cannot": "Cannot be computed: {reason}",
    "robustness.some_cannot": "{failed} of {draws} draws cannot be computed: {reason}",
    "robustness.failures": "Draws that could not be computed",
    "robustness.no_failures": "None.",
    "robustness.failures_how": "{failed} of {draws}; all figures above are of the others.",
    "robustness.failed_draws": "Draws",
    "robustness.common": "What they have in common",
    "robustness.reason": "Why",
    "robustness.count": "{count} (the first is number {first})",
    "robustness.setting": "{source}: {alternative}",
    "robustness.no_setting": "nothing but what varies in all draws",
    "robustness.more_failures": "and {count} more kinds",
    "robustness.ranks_how": "Share of the draws in which a region has each rank. A dot: less than "
    "half a percent; empty: never. Framed: the rank in this file.",
    # Trends
    "trends.how": "Index of every region in every year, as computed when this file was "
    "written, with the default weights; regions in the order of the newest year.",
    "trends.table": "Index and rank by year",
    "trends.table_how": "{first} to {last} ({count} years). Change: last score less the first. "
    "Trend: points a year by a straight line through all years.",
    "trends.marked": "Bold where a trend as steep would come about by chance less than once in "
    "twenty times (p < 0.05).",
    "trends.not_marked": "None is marked: in fewer than five years any trend may be by chance.",
    "trends.moved": "Change and trend",
    "trends.change": "Change",
    "trends.slope": "Trend a year",
    "trends.chart": "Index of the {count} regions that lead in the newest year",
    "trends.chart_alt": "Lines of the index over the years for the regions that lead in the newest "
    "year",
    # scorecards robustness, at a terminal
    "shown.drawn": "{draws:,} draws, seed {seed}. {what}.",
    "shown.rank": "Rank",
    "shown.region": "Region",
    "shown.score": "Score",
    "shown.interval": "5-95%",
    "shown.median": "Median",
    "shown.top": "Top {number}",
    "shown.scored": "Draws with score",
    "shown.group": "Group",
    "shown.intervals": "5-95%: in nine of ten draws the rank lies between these two.",
    "shown.groups_by_leads": "Lines part tie groups: the first region of a group is ahead of each "
    "one below the line in {certainty:g}% or more of the draws. Within a group the order means "
    "little.",
    "shown.groups_by_intervals": "Lines part tie groups: the intervals of all regions below the "
    "line lie beyond that of the first region of a group. Within a group the order means little.",
    "shown.moves": "Which choice moves the ranks: shares of the variance of the mean shift of "
    "ranks, with 95% intervals",
    "shown.choice": "Choice",
    "shown.first_order": "Alone",
    "shown.total_order": "With others",
    "shown.shares": "Alone: the part that would go if this choice were settled. With others: the "
    "part that would stay if all others were. {interaction:.0%} comes about only where choices "
    "meet.",
    "shown.some_points": "Only {points:,} of {draws:,} points of the sample could be "
    "computed; shares are of those.",
    "shown.one_at_a_time": "One choice at a time, all others as they are: regions that move, how "
    "many places on average and at most (+ is up), and how often the first place is lost",
    "shown.change": "Change",
    "shown.moved": "Move",
    "shown.mean_shift": "Mean",
    "shown.largest_shift": "Most",
    "shown.top_leaves": "First lost",
    "shown.nobody": "nobody",
    "shown.cannot_be_computed": "cannot be computed",
    "shown.some_failed": "{failed:,} of {draws:,} draws could not be computed and do not count; "
    "--table failures says which and why",
    "shown.failed_draws": "Draws",
    "shown.settings": "Settings",
    "shown.reason": "Why",
    # the plot of scorecards robustness
    "plot.title": "{name}: how far to trust the ranks",
    "plot.ranks": "Rank of each region",
    "plot.sensitivity": "Which choice moves the ranks",
    "plot.shares": "Share of the variance of the mean shift of ranks",
    "plot.interval": "5-95% of draws",
    "plot.median": "Median of draws",
    "plot.assessed": "Rank as assessed",
    "plot.bands": "Bands, numbered on the right: tie groups, within which the order means little",
    "plot.alone": "Alone",
    "plot.total": "With others",
    "plot.error": "95% interval",
    "plot.how": "Alone: the part that would go if this choice were settled. With others: the part "
    "that would stay if all others were. {interaction:.0%} comes about only where choices meet.",
    "plot.first_regions": "The first {shown} of {count:,} regions.",
    "plot.first_choices": "The {shown} of {count} choices with the largest shares.",
    "plot.not_drawn": "{failed:,} draws could not be computed and do not count.",
    "severity.error": "Error",
    "severity.warning": "Warning",
    "severity.note": "Note",
    # tables of the set
    "table.framework": "Input: the tree of dimensions and indicators. Weights are typed on "
    "Weights; direction and goalposts here are live, names after scorecards build.",
    "table.units": "Input: the regions. Changes take effect with scorecards build on this file.",
    "table.values": "Input: values of all years. Grey ones are typed on Data; others take effect "
    "with scorecards build on this file.",
    "table.sources": "Input: where the values come from.",
    "table.weight_sets": "Input: named sets of weights. Grey ones are typed on Weightings.",
    "table.notes": "Input: what a reader should know and no number says.",
    "table.judgements": "Input: all that experts say of weights. Grey cells are typed on "
    "Comparisons and Points; ranks and swings (kinds rank, swing) are new rows here.",
    # command line
    "cli.help": "Composite indicators and live Excel scorecards that compare and benchmark "
    "regions.\n\nA SET is a folder of CSV files or an .xlsx workbook; without it, the bundled "
    "provinces of China are used.",
    "cli.build": "Write the scorecard workbook. This is the main job.",
    "cli.build_examples": "scorecards build\n"
    "scorecards build my-regions -o my-scorecards.xlsx\n"
    "# after editing weights or data in Excel\n"
    "scorecards build scorecards.xlsx -o next.xlsx",
    "cli.score": "Write every score and rank as a long table.",
    "cli.score_examples": "scorecards score\n"
    "scorecards score my-regions -o scores.csv\n"
    "# what scored 50 last year scores 50 again\n"
    "scorecards score new-year --scale-of last-year\n"
    "scorecards score scorecards.xlsx -o - | head",
    "cli.check": "Audit framework, data and method. The exit status is 1 where something is wrong.",
    "cli.check_examples": "scorecards check my-regions\n"
    "# all findings, and the tables behind them\n"
    "scorecards check my-regions -o audit.xlsx",
    "cli.output_audit": "File to write all findings and the tables behind them to, .xlsx or .json: "
    "raw tables to compute with; build makes the sheets to read. .csv and .parquet hold the "
    "findings alone.",
    "cli.more_findings": "      and {count} more of this kind ({code})",
    "cli.see_tables": "All findings and the tables behind them: scorecards check{name} -o "
    "audit.xlsx",
    "cli.models": "Group the regions into the cooperation models. How far to trust them is said "
    "on standard error.",
    "cli.models_examples": "scorecards models\nscorecards models my-regions -o models.xlsx",
    "cli.commands": "Commands",
    "cli.weights": "Show the weights in force and what they come to in the index; derive them, "
    "take them from an edited workbook, and write a set with them.\n\nA SET that is called like "
    "one of the commands below is written ./set.",
    "cli.weights_examples": "scorecards weights my-regions\n"
    "scorecards weights my-regions --method critic --table weights.xlsx\n"
    "# a set in which the derived weights are the given ones\n"
    "scorecards weights my-regions --method critic -o critic-regions\n"
    "# or a weight set beside the others, for --weights critic_2026\n"
    "scorecards weights my-regions -m critic --as critic_2026 -o my-regions --force\n"
    "# what people have typed into a scorecard workbook\n"
    "scorecards weights --from scorecards.xlsx -o my-regions --force",
    "cli.weights_name": "Use these weights in all groups: a named weight set, or a way of "
    "weighting.",
    "cli.weights_method": "Weigh all groups like this: a way of weighting, or a named weight set.",
    "cli.weights_from": "Take given weights, named weight sets, judgements and [weighting] from "
    "this set, such as a workbook that people have edited. They go into SET; without it into the "
    "set at -o, if there is one.",
    "cli.weights_output": "Write a set with these weights as given ones: a folder, or a file "
    "ending in .xlsx.",
    "cli.weights_table": "Write the table to this file, by its ending .csv .json .parquet .xlsx; - "
    "for standard output. .xlsx and .json have the figures behind the weights as well.",
    "cli.weights_as": "Keep the weights as a named weight set beside the others, and not as the "
    "given ones.",
    "cli.weights_author": "Who gave the weights.",
    "cli.weights_date": "When, such as 2026-03-31; today where left out.",
    "cli.weights_note": "Why.",
    "cli.weights_no_command": "there is no set {value}; did you mean scorecards weights {command}?",
    "cli.weights_no_name": "this goes with a named weight set; add --as NAME",
    "cli.weights_no_output": "a named weight set is kept in a set; add -o SET",
    "cli.weights_wrote_named": "Wrote {path} with the weight set {name}. To use it: scorecards "
    "build {path} --weights {name}",
    "cli.weights_wrote_given": "Wrote {path}. The weights are numbers in its framework now, and no "
    "longer follow data or judgements.",
    "cli.weights_wrote_taken": "Wrote {path} with the weights of {edited}: [weighting] method "
    "{method}, weight sets: {sets}, judgements: {judgements}.",
    "cli.weights_figures": "{group}, {method}: {figures}",
    "cli.weights_kept": "not in {path}, so their weights stay: {nodes}",
    "cli.weights_set": "Change weights by hand and write the set. Weights are relative to the "
    "siblings; what becomes of their shares is shown.",
    "cli.weights_set_examples": "scorecards weights set my-regions access=2 price=0.5 --force\n"
    "scorecards weights set my-regions access=2 -o heavier\n"
    "scorecards weights set access=2 -o my-regions.xlsx\n"
    "# kept beside the others, for --weights ministry\n"
    'scorecards weights set my-regions access=2 --as ministry --author "A. Author" --force',
    "cli.set_arguments": "The set, the bundled provinces where left out; then nodes of the "
    "framework with their new weights.",
    "cli.set_output": "Where to write the set; SET itself where left out, which needs --force.",
    "cli.set_needs_output": "the bundled set stays as it is; say with -o where the changed one "
    "goes",
    "cli.set_in_place": "{path} would be changed; say so with --force, or write another set with "
    "-o.",
    "cli.set_nothing": "give at least one weight, such as access=2",
    "cli.set_no_sign": "this is no NODE=WEIGHT; write it like access=2, without spaces around the "
    "sign",
    "cli.set_twice": "{node} has the weight {first} already; give it once",
    "cli.set_no_weight": "{value!r} is no weight; write a number, 0 or more, such as {node}=2 or "
    "{node}=0.5",
    "cli.set_unscored": "{node} is the index or is not scored, so it has no weight",
    "cli.set_all_zero": "all weights below {group} would be 0; give at least one above 0",
    "cli.set_too_large": "the weights below {group} add up to more than can be computed; only "
    "their ratios count, so write smaller ones",
    "cli.set_derived": "The weights below {group} come from {method} under [weighting], so one "
    "that is typed would not count. Keep yours as a named set with --as NAME, or first make the "
    "derived ones given: scorecards weights SET -o OTHER",
    "cli.set_screened": "{node} is left out by screening, so its weight does not count",
    "cli.set_wrote": "Wrote {path}.",
    "cli.set_wrote_other": "Wrote {path}. See what moves: scorecards compare {before} {path}",
    "cli.set_moved": "{node}: weight {before:.4g} -> {after:.4g}, share {share_before:.1%} -> "
    "{share_after:.1%}",
    "cli.weights_compare": "Compare scores and ranks under the weights in force with those under "
    "others.",
    "cli.weights_compare_examples": "scorecards weights compare my-regions\n"
    "scorecards weights compare my-regions --with ministry --with critic -o shifts.xlsx",
    "cli.weights_with": "A named weight set or a way of weighting, as often as wanted; all named "
    "sets and equal where left out.",
    "cli.weights_stability": "Show how far each weight can move, its siblings in proportion, "
    "before the first place, the top or any rank changes.",
    "cli.weights_stability_examples": "scorecards weights stability\n"
    "scorecards weights stability my-regions --top 5 -o stability.xlsx",
    "cli.stability_top": "Places that count as the top.",
    "cli.stability_first": "the first place",
    "cli.stability_top_places": "the first {top} places",
    "cli.stability_ranks": "all ranks",
    "cli.stability_most": "{what}: the most delicate weight is that of {node}, whose share can go "
    "from {share:.1%} to {end:.1%} ({points:+.2g} points); then {units} tie or change places",
    "cli.stability_none": "{what}: no single weight changes anything",
    "cli.stability_searched": "where the column exact says False, ends were searched for: what "
    "comes and goes between two trials is not seen",
    "cli.weights_turn": "Show the smallest change of weights that turns the order of two regions.",
    "cli.weights_turn_examples": "scorecards weights turn Beijing Shanghai\n"
    "scorecards weights turn CN-BJ CN-SH --group accessibility --within 0.25\n"
    "scorecards weights turn A B my-regions --measure squared -o change.csv",
    "cli.region": "Code or name of a region.",
    "cli.other_region": "Code or name of another one.",
    "cli.several_regions": "several regions are called {value!r}; give a code: {codes}",
    "cli.what_if_group": "The group whose children are weighed anew, or indicators for all of them "
    "at once; the index where left out.",
    "cli.what_if_within": "How far each share may move, relative to itself: 0.25 for 75 % to "
    "125 % of it; without bounds where left out.",
    "cli.what_if_no_bound": "a part is a finite number, such as 0.25; without bounds leave it out",
    "cli.what_if_more_than_all": "{value:g} is more than the whole of a share; write 25% as 0.25",
    "cli.all_indicators": "the index, all indicators weighed at once",
    "cli.turn_measure": "What is smallest: moved, the share of weight that moves, or squared, the "
    "sum of squared changes.",
    "cli.unknown_measure": "There is no measure {value!r}; there are {known}.",
    "cli.turn_itself": "{name} cannot change places with itself; name two regions",
    "cli.turn_moved": "{ahead} is ahead of {behind}. They tie once {amount:.1%} of the weight in "
    "{group} moves as shown; any more turns their order.",
    "cli.turn_squared": "{ahead} is ahead of {behind}. They tie once the weights in {group} change "
    "as shown (length of the change: {amount:.4f}); any more turns their order.",
    "cli.turn_tied": "{ahead} and {behind} tie: no change is needed.",
    "cli.turn_never": "{ahead} is ahead of {behind} whatever the weights in {group}.",
    "cli.turn_never_within": "{ahead} is ahead of {behind} whatever the weights in {group}, as "
    "long as none moves by more than {within:.0%} of itself.",
    "cli.weights_range": "Show the best and the worst rank that weights can give, to one region or "
    "to all. Some answers are exact, some a bound; which is said.",
    "cli.weights_range_examples": "scorecards weights range Guizhou --within 0.25\n"
    "scorecards weights range Guizhou my-regions --group indicators\n"
    "scorecards weights range my-regions -o ranges.csv",
    "cli.range_region": "Code or name of a region; all where left out. One argument that is a file "
    "or folder is the SET.",
    "cli.range": "{name} has rank {rank}. Weights in {group} can give it {best} at best and "
    "{worst} at worst.",
    "cli.range_within": "{name} has rank {rank}. Weights in {group} that move by up to "
    "{within:.0%} of themselves can give it {best} at best and {worst} at worst.",
    "cli.range_exact": "{rank} (exact)",
    "cli.range_bound": "{rank} (found; the bound is {bound})",
    "cli.range_all": "{regions} regions, all ranks exact",
    "cli.range_some": "{regions} regions: ranks of {exact} are exact; for {bound} at least one is "
    "the best that was found, and best_bound and worst_bound say how far it may still go",
    "cli.trends": "Show how indicators moved over the years: change, growth and trend for every "
    'region. Scores and ranks too where the method has year = "panel" under [time].',
    "cli.trends_examples": "scorecards trends\nscorecards trends my-regions -o trends.xlsx",
    "cli.robustness": "Show how far to trust the ranks: intervals of ranks where everything that "
    "is uncertain varies at once, which regions tie, and which choice moves the ranks.\n\nWhat is "
    "uncertain stands under [robustness] in method.toml; where nothing does, weights vary by 25%.",
    "cli.robustness_examples": "scorecards robustness\n"
    "scorecards robustness my-regions --draws 10000 -o robustness.xlsx\n"
    "scorecards robustness my-regions --plot robustness.pdf\n"
    "# the probability of each rank\n"
    "scorecards robustness my-regions --table acceptability -o ranks.csv\n"
    "# on a Dask cluster\n"
    "scorecards robustness my-counties --cluster tcp://scheduler:8786 -o counties.parquet",
    "cli.robustness_draws": "Draws of everything that is uncertain; as [robustness] says where "
    "left out.",
    "cli.robustness_seed": "Seed of what is drawn, 0 or more: the same one gives the same numbers; "
    "as [robustness] says where left out.",
    "cli.robustness_sensitivity": "Whether to find out which choice moves the ranks, too.",
    "cli.robustness_table": "One table alone: intervals of scores and ranks, acceptability (the "
    "probability of each rank), leads (that of being ahead of each other region), sensitivity, "
    "changes (one choice at a time), or failures. Without this, .xlsx and .json hold several and "
    "the other files the intervals.",
    "cli.robustness_plot": "Draw rank intervals and sensitivity to this file, by its ending .png "
    ".svg .pdf.",
    "cli.robustness_workers": "Processors of this machine to use; all where left out.",
    "cli.robustness_cluster": "Compute on the Dask cluster with this scheduler, such as "
    "tcp://host:8786; the numbers are the same.",
    "cli.robustness_wait": "Seconds within which the cluster must answer; 10 where left out.",
    "cli.build_robustness": "Whether rank intervals, tie groups and what moves the ranks are "
    "computed and shown; where left out, they are if the method has a section [robustness].",
    "cli.robustness_of_own_scale": "robustness is that of a set on a scale of its own; leave out "
    "--scale-of or --robustness",
    "cli.robustness_left_out": "Rank intervals are left out: they are those of a set on a scale of "
    "its own, and not on another one's.",
    "cli.robustness_no_cluster": "this is for a cluster; add --cluster ADDRESS",
    "cli.robustness_own_workers": "a cluster uses all of its own workers; leave this out",
    "cli.robustness_no_sensitivity": "there is none with --no-sensitivity; leave one of them out",
    "cli.robustness_plot_ending": "{path} has none of the endings {known}.",
    "cli.robustness_too_many.acceptability": "{units:,} regions are too many to count each rank of "
    "each; the intervals have the quantiles of their ranks.",
    "cli.robustness_too_many.leads": "{units:,} regions are more than are compared with each "
    "other; raise most_pairs under [robustness].",
    "cli.robustness_drew": "Drew {path}.",
    "cli.robustness_stopped": "Stopped after {done:,} of {draws:,} draws; nothing was written.",
    "cli.robustness_stopped_later": "Stopped after all {draws:,} draws and {share:.0%} of "
    "what follows; nothing was written.",
    "cli.robustness_stopped_drawing": "Stopped while drawing; {path} was not written.",
    "cli.methods": "List the methods there are, with their options and sources.",
    "cli.methods_examples": "scorecards methods\nscorecards methods normalisation\n"
    "scorecards methods -o methods.xlsx",
    "cli.stage": "imputation, treatment, normalisation, weighting, aggregation or cooperation; all "
    "where left out.",
    "cli.unknown_stage": "There is no stage {value!r}; there are {known}.",
    "cli.methods_heading": "Methods",
    "cli.methods_hint": "Methods are chosen in method.toml; scorecards methods says what each "
    "does.",
    "cli.arguments": "Arguments",
    "cli.options": "Options",
    "cli.scale_of": "Measure on the scale of this other set (its low and high ends, means, "
    "treatment) and not on one of the set's own.",
    "cli.init": "Write an editable copy of the bundled set. It is a folder, or a workbook where "
    "the name ends in .xlsx.",
    "cli.init_examples": "scorecards init my-regions\nscorecards init my-regions.xlsx",
    "cli.compare": "Compare two sets, or one set under two methods or weights: scores, ranks, "
    "shifts, and how far the rankings agree.",
    "cli.compare_examples": "scorecards compare my-regions edited.xlsx\n"
    "scorecards compare my-regions --method other.toml -o shifts.xlsx\n"
    "scorecards compare my-regions --weights equal\n"
    "scorecards compare my-regions --leave-out",
    "cli.compare_a": "Set to compare with: a folder or .xlsx workbook.",
    "cli.compare_b": "The other set.",
    "cli.compare_method": "Instead of another set: options that differ, in the form of "
    "method.toml.",
    "cli.compare_leave_out": "Instead of another set: the same set without each indicator and "
    "each group in turn.",
    "cli.and_more": "{shown} and {count} more",
    "cli.compare_what": "give one of: another set, --method FILE, --weights NAME, --leave-out",
    "cli.node_in_year": "{node} in {year}",
    "cli.newest": "the newest year of each value",
    "cli.and": " and ",
    "cli.agreement": "{node}: {units} regions, rank correlation {spearman:.3f} (Spearman) and "
    "{kendall:.3f} (Kendall), ranks shift by {mean_shift:.2f} on average and {largest_shift:.0f} "
    "at most",
    "cli.no_agreement": "{node}: {units} regions and no rank correlation: they are too few, or "
    "one of the rankings ties them all",
    "cli.only_in": "only in {name}: {units}",
    "cli.import": "Make a set of the tables of COINr (iData and iMeta) or of a workbook of the JRC "
    "COIN Tool. What could not be carried over is told.",
    "cli.import_examples": "scorecards import iData.csv iMeta.csv -o my-regions\n"
    "scorecards import coinr.xlsx -o my-regions.xlsx\n"
    "scorecards import coin-tool.xlsm -o my-regions --force",
    "cli.import_files": "iData and iMeta as two .csv files in any order, or one workbook.",
    "cli.import_output": "New folder, or new file ending in .xlsx.",
    "cli.force": "Replace what is there.",
    "cli.imported": "Imported {units} regions, {indicators} indicators, {values} values.",
    "cli.exists_force": "{path} exists already; choose another name, or replace it with --force.",
    "cli.holds_more": "{path} is no folder with a set and nothing else, so it is not replaced; "
    "choose another name.",
    "cli.examples": "Examples",
    "cli.set": "Folder or .xlsx workbook; the bundled provinces where left out.",
    "cli.output_workbook": "File to write.",
    "cli.output_table": "File to write, by its ending .csv .json .parquet .xlsx; - for standard "
    "output.",
    "cli.target": "New or empty folder, or new file ending in .xlsx.",
    "cli.quiet": "Say nothing but errors.",
    "cli.lang": "Language of what is written: {languages}.",
    "cli.version": "Show the version and stop.",
    "cli.wrote": "Wrote {path}: {units} regions, {indicators} indicators, {dimensions} dimensions.",
    "cli.next": "Open it in Excel or LibreOffice. Change a yellow cell on the sheet Weights and "
    "scores, ranks, map and charts follow.",
    "cli.next_chosen": "Open it in Excel or LibreOffice. The weights {name} are in force: change "
    "them on the sheet Weightings, or choose others on Weights, and scores, ranks, map and charts "
    "follow.",
    "cli.wrote_table": "Wrote {path}: {rows} rows.",
    "cli.wrote_tables": "Wrote {path}: {tables} tables.",
    "cli.wrote_findings": "Wrote {path}. Findings: {rows}, tables: {tables}.",
    "cli.wrote_set": "Wrote {path}. Edit it, then run: scorecards build {path}",
    "cli.errors": "{count} errors in {name}.",
    "cli.more": "... and {count} more errors",
    "cli.one_error": "1 error in {name}.",
    "cli.nothing_written": "Nothing was written.",
    "cli.not_computed": "Nothing was computed.",
    "cli.fine": "{name}: {units} regions, {indicators} indicators, {values} values. Errors: 0, "
    "warnings: {warnings}, notes: {notes}.",
    "cli.exists": "{path} exists already; choose another name, or remove it first.",
    "cli.holds_sheets": "{path} has sheets that are no tables of a set and would be lost "
    "({sheets}), so it is not replaced; choose another name.",
    "cli.no_name_for_a_set": "{path} is no name for a set, which is a folder or a file ending in "
    ".xlsx",
    "cli.weights_to_table": "{path} is no name for a set, which is a folder or a file ending in "
    ".xlsx; a table of weights goes to --table {path}",
    "cli.cannot_write": "{path} cannot be written ({reason}); close it in other programs, and "
    "check the folder and your rights.",
    "cli.unknown_ending": "{path} has none of the endings .csv .json .parquet .xlsx.",
    "cli.not_a_workbook_name": "{path} does not end in .xlsx.",
    "cli.unknown_language": "There is no language {value!r}; there are {known}.",
    "cli.needs_pyarrow": "Writing .parquet needs pyarrow: pip install pyarrow",
    "cli.no_models": "{name} names no cooperation models: add [cooperation.models] to its method.",
    "cli.working": "Working",
    "cli.stopped": "Stopped; nothing was written.",
    "cli.no_memory": "There is not enough memory for this; close other programs, ask for less, or "
    "use a machine with more.",
}
