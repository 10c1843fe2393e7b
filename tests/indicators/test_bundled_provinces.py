"""The bundled set: what it promises in its README."""

from __future__ import annotations

import pytest

import indicators
from indicators import IndicatorSet
from indicators.audit import audit
from tests.conftest import MakeSet


@pytest.fixture(scope="module")
def provinces() -> IndicatorSet:
    return indicators.load()


def test_31_regions_are_scored_and_the_others_only_listed(provinces: IndicatorSet) -> None:
    assert len(provinces.scored_units) == 31
    assert provinces.scored_units.index.str.fullmatch("CN-[A-Z]{2}").all()
    assert not {"CN-TW", "CN-HK", "CN-MO"} & set(provinces.scored_units.index)


def test_shenzhen_is_an_exemplar_and_not_scored(provinces: IndicatorSet) -> None:
    shenzhen = provinces.units[provinces.units["name"] == "Shenzhen"].iloc[0]
    assert (shenzhen["exemplar_of"], shenzhen["role"]) == ("service_delivery", "context")


def test_the_four_dimensions(provinces: IndicatorSet) -> None:
    names = [provinces.framework[code].name for code in provinces.framework.dimensions]
    assert names == [
        "Platform coverage", "Agency consolidation", "Accessibility", "SDG alignment",
    ]  # fmt: skip
    assert {provinces.framework.weight(code) for code in provinces.framework.dimensions} == {1}


def test_at_least_20_indicators_are_scored(provinces: IndicatorSet) -> None:
    assert len(provinces.framework.indicators) >= 20


def test_every_value_has_a_known_source(provinces: IndicatorSet) -> None:
    for cited in provinces.values["source"].unique():
        parts = [part.strip() for part in cited.split(";")]
        assert all(parts)
        assert set(parts) <= set(provinces.sources.index)


def test_every_node_has_two_names_and_a_description(provinces: IndicatorSet) -> None:
    for node in provinces.framework.nodes:
        assert node.name != node.code
        assert node.name_zh
        assert node.description


def test_every_unit_has_two_names(provinces: IndicatorSet) -> None:
    assert (provinces.units["name"] != provinces.units.index).all()
    assert (provinces.units["name_zh"] != "").all()


def test_only_the_co2_of_tibet_is_missing(provinces: IndicatorSet) -> None:
    values = provinces.cross_section().values[list(provinces.framework.indicators)]
    assert [(unit, code) for unit, code in values.stack(future_stack=True).index
            if values.isna().loc[unit, code]] == [
        ("CN-XZ", "co2_per_capita"), ("CN-XZ", "co2_per_gdp"),
    ]  # fmt: skip


def test_agency_structure_follows_from_the_three_lists(provinces: IndicatorSet) -> None:
    values = provinces.cross_section().values
    lists = values[["services_body", "data_body", "combined_body"]]
    assert set(lists.to_numpy().ravel()) == {0, 1}
    expected = (lists["services_body"] + lists["data_body"]).where(lists["combined_body"] == 0, 3)
    assert values["agency_structure"].tolist() == expected.tolist()
    assert values.loc[["CN-JX", "CN-XZ", "CN-NX"], "agency_structure"].tolist() == [3, 0, 0]
    assert lists.loc["CN-JX"].tolist() == [0, 1, 1]


def test_pilots_are_the_four_provinces_of_the_talk(provinces: IndicatorSet) -> None:
    pilots = provinces.cross_section().values["national_pilot"]
    assert set(pilots.index[pilots == 1]) == {"CN-JS", "CN-ZJ", "CN-GZ", "CN-GS"}


# --- the audit ----------------------------------------------------------------------------------


def test_the_audit_of_the_bundled_set_names_its_gaps(provinces: IndicatorSet) -> None:
    found = {(f.code, f.fields["code"]): f for f in audit(provinces) if f.code == "missing_values"}
    assert set(found) == {
        ("missing_values", "co2_per_capita"), ("missing_values", "co2_per_gdp"),
    }  # fmt: skip
    assert found["missing_values", "co2_per_gdp"].fields["units"] == ("CN-XZ",)
    assert not [f for f in audit(provinces) if f.severity == "error"]


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_the_audit_finds_what_is_doubtful(make_set: MakeSet, kind: str) -> None:
    small = make_set(
        kind,
        units="code,name\nA,Same\nB,same\nC,Gamma\nD,Delta\n",
        sources="code,title\nbook,Yearbook\nold,Old book\n",
        values="""\
unit,indicator,year,value,source
A,phones,2020,10,book
A,phones,2021,,book
B,phones,2021,30,book
C,phones,2020,90,book
A,price,2021,3,book
B,price,2021,2,book
A,pay,,100,book
B,pay,,200,book
C,pay,,400,book
D,pay,,400,book
""",
    )
    found = {(f.code, f.severity, f.fields.get("code", f.fields.get("value"))): f
             for f in audit(indicators.load(small))}  # fmt: skip
    assert set(found) == {
        ("missing_values", "warning", "phones"),  # C and B: half of the units
        ("missing_values", "warning", "price"),
        ("mixed_years", "note", "phones"),
        ("withdrawn_value", "warning", "phones"),
        ("unused_source", "note", "old"),
        ("duplicate_name", "note", "Same"),
    }
    withdrawn = found["withdrawn_value", "warning", "phones"]
    place = "values.csv, line 3" if kind == "folder" else "sheet Values, cell D3"
    assert place in str(withdrawn)
    assert withdrawn.fields == {"unit": "A", "code": "phones", "year": 2021}
    assert found["missing_values", "warning", "phones"].fields["units"] == ("A", "D")
    assert found["duplicate_name", "note", "Same"].fields["units"] == ("A", "B")


def test_a_complete_set_gives_no_finding(make_set: MakeSet) -> None:
    assert audit(indicators.load(make_set())) == ()


def test_few_gaps_are_a_note(make_set: MakeSet) -> None:
    (finding,) = audit(indicators.load(make_set(values=("A,pay,,100,book,\n", ""))))
    assert (finding.code, finding.severity) == ("missing_values", "note")
    assert "2 of 3 units; missing: A" in finding.message
