"""Published elections: voters are indicators, and their number is the weight.

Both elections are Condorcet's. The cycle is told by Young (1988), Condorcet's Theory of Voting,
American Political Science Review 82, 1231-1244.
"""

from __future__ import annotations

import scoring
from indicators import IndicatorSet
from tests.scoring.small_sets import small_set


def election(votes: dict[str, int]) -> IndicatorSet:
    """A set of an election: ranking, such as "abc" with the first choice first -> voters."""
    framework = ["code,parent,weight,direction", "choice,,,"]
    framework += [f"{ranking},choice,{voters},-1" for ranking, voters in votes.items()]
    rows = [f"unit,{','.join(votes)}"]
    for candidate in "abc":
        places = ",".join(str(ranking.index(candidate) + 1) for ranking in votes)
        rows.append(f"{candidate},{places}")
    return small_set("\n".join(framework), "\n".join(rows))


def scores(votes: dict[str, int], normalisation: str, aggregation: str) -> list[float]:
    """Scores of a, b and c."""
    method = {"normalisation": {"method": normalisation}, "aggregation": {"method": aggregation}}
    found = scoring.assess(election(votes).with_method(method)).scores["choice"]
    return [round(score, 9) for score in found]


#: 60 voters: a beats b by 33 to 27, b beats c by 42 to 18, and c beats a by 35 to 25.
CYCLE = {"abc": 23, "bca": 17, "bac": 2, "cab": 10, "cba": 8}

#: 81 voters: a beats b by 41 to 40 and c by 60 to 21, b beats c by 69 to 12.
MAJORITY = {"abc": 30, "acb": 1, "bac": 29, "bca": 10, "cab": 10, "cba": 1}


def test_the_most_likely_ranking_of_a_cycle_is_b_c_a() -> None:
    # It agrees with 104 of the votes between pairs, the next one (abc) with 100.
    assert scores(CYCLE, "none", "kemeny") == [0, 2, 1]


def test_borda_points_of_the_cycle() -> None:
    # 58, 69 and 53 points of 60 voters: b, a, c.
    assert scores(CYCLE, "borda", "arithmetic") == [round(n / 60, 9) for n in (58, 69, 53)]


def test_nobody_wins_a_cycle_by_majorities() -> None:
    assert scores(CYCLE, "none", "copeland") == [0, 0, 0]


def test_the_winner_of_all_majorities_may_lose_by_borda() -> None:
    # Condorcet's case against Borda: 101, 109 and 33 points.
    assert scores(MAJORITY, "none", "copeland") == [2, 0, -2]
    assert scores(MAJORITY, "none", "kemeny") == [2, 1, 0]
    assert scores(MAJORITY, "borda", "arithmetic") == [round(n / 81, 9) for n in (101, 109, 33)]
