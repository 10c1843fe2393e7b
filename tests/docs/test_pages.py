"""Pages are as generated, their links lead somewhere, and what they tell to type can be typed."""

from __future__ import annotations

import inspect
import re
import runpy
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from reports.cli import app
from scoring.catalogue import STAGES, methods
from scoring.options import REGISTRIES, Method
from tests.docs.pages import PAGES, ROOT, anchors, blocks, name_of, prose
from tests.indicators.test_imports_coin_tool import Workbooks
from tests.indicators.test_imports_coinr import DATA, META

every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)

LINK = re.compile(r"\]\(([^)\s]+)\)")


GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))


def test_tables_are_as_generated() -> None:
    assert not [page.name for page in GENERATE["stale"]()], "run: make docs"


def test_every_warning_and_note_stands_on_the_page_of_findings() -> None:
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (?:warning|note)", page, re.MULTILINE)
    assert sorted(listed) == sorted(GENERATE["severities"]())


def test_codes_of_remarks_are_written_out_where_they_are_made() -> None:
    # As in findings: a code in a variable is not met by those who list them.
    for module in sorted((ROOT / "scoring" / "weighting").glob("*.py")):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"\bRemark\(\s*[a-z_]\w*,", text), module.name


@every_page
def test_what_a_page_cites_is_known(page: Path) -> None:
    text = prose(page.read_text(encoding="utf-8"))
    cited = re.findall(r"[A-Z][\w-]+(?: et al\.| & [A-Z][\w-]+) (?:19|20)\d\d", text)
    known = tuple(GENERATE["bibliography"]())
    # The first name of De Muro and others is two words.
    assert [one for one in cited if not any(short.endswith(one) for short in known)] == []


def test_a_source_is_cited_in_short_with_its_place() -> None:
    source = (
        "Opricovic & Tzeng (2004), Compromise solution by MCDM methods, European Journal of "
        "Operational Research 156, 445-455, section 3 (scalings compared). Becker et al. (2022), "
        "COINr, Journal of Open Source Software 7(78), 4567 (function n_borda)"
    )
    cited = [reference.cited for reference in GENERATE["references_in"](source)]
    assert cited == ["Opricovic & Tzeng 2004, section 3", "Becker et al. 2022, function n_borda"]


@every_page
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for link in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@every_page
def test_commands_exist_with_their_options(page: Path) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for block in blocks(page.read_text(encoding="utf-8"), ""):
        for line in block.splitlines():
            if not line.startswith("scorecards "):
                continue
            words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)[1:]
            if (two := " ".join(words[:2])) in commands:
                words = [two, *words[2:]]
            assert words[0] in commands, line
            if "--help" not in words:
                commands[words[0]].make_context(words[0], words[1:])


@every_page
def test_options_of_method_files_are_known(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "toml"):
        Method.model_validate(tomllib.loads(block))


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/method.md",
        "docs/weights.md",
        "docs/robustness.md",
        "docs/analysis.md",
        "docs/import.md",
    ],
)
def test_python_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("iMeta.csv").write_text(META, encoding="utf-8")
    Path("iData.csv").write_text(DATA, encoding="utf-8")
    Workbooks(tmp_path).write().rename("coin-tool.xlsx")
    text = (ROOT / page).read_text(encoding="utf-8")
    exec("\n".join(blocks(text, "python")), {})


def test_the_tests_named_beside_other_tools_exist() -> None:
    page = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
    faults = (ROOT / "tests" / "cases" / "test_faults_of_peers.py").read_text(encoding="utf-8")
    rows = re.findall(r"^\|(?: [^|]+ \|){3} (`.+`) \|$", page, re.MULTILINE)
    assert rows
    for name in re.findall(r"`(\w+)`", " ".join(rows)):
        assert f"def test_{name}(" in faults


@pytest.mark.parametrize("stage", STAGES)
def test_methods_say_what_they_do_and_where_it_comes_from(stage: str) -> None:
    for method in methods(stage):
        assert re.match(r"\S.{9,95}\.$", method.summary), method
        assert method.source or method.name in ("none", "given"), method


@pytest.mark.parametrize("stage", ["imputation", "treatment", "normalisation", "aggregation"])
def test_options_name_in_brackets_the_methods_that_read_them(stage: str) -> None:
    for option, field in STAGES[stage].model_fields.items():
        if found := re.search(r"\(([\w, ]+)\)$", field.description or ""):
            named = set(found[1].split(", "))
            assert named <= set(REGISTRIES[stage]), option
            # The pipeline itself reads an option that no method takes, such as the base year.
            assert named == readers(stage, option) or not readers(stage, option), option


def readers(stage: str, option: str) -> set[str]:
    return {
        name
        for name, method in REGISTRIES[stage].items()
        if option in inspect.signature(getattr(method, "function", method)).parameters
    }
