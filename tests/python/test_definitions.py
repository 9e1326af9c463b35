"""Definition files: every mistake is found where it stands, and nothing sound is refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from definition_files import GOOD, assert_the_one_finding, places, write
from hypothesis import given
from hypothesis import strategies as st

from usage_warehouse.definitions import check_definitions, require_good_definitions
from usage_warehouse.definitions.defaults import OPTIONAL_SEEDS
from usage_warehouse.definitions.seeds import SEEDS
from usage_warehouse.errors import BadInvocation
from usage_warehouse.funnels.definitions import read_definitions

NEEDED_SEEDS = [seed for seed in SEEDS if seed.name not in OPTIONAL_SEEDS]


@pytest.fixture
def seeds(tmp_path) -> Path:
    """A folder of sound definitions that uses every liberty they have."""
    return write(tmp_path / "seeds", GOOD)


def test_sound_definitions_have_no_finding(seeds):
    assert check_definitions(seeds) == []
    require_good_definitions(seeds)


def test_the_seeds_of_the_project_have_no_finding(project_root):
    assert check_definitions(project_root / "seeds") == []


def test_headers_alone_are_fine(tmp_path):
    headers = {seed.name: f"{seed.header}\n" for seed in SEEDS}
    assert check_definitions(write(tmp_path, headers)) == []


# What is put for what in which file, and the one finding: its row, its column and words of it.
FAULTS = [
    # The shape of a file.
    ("funnels", ",name,", ",label,", 1, "name", "the column is missing"),
    ("funnel_steps", "step_number,", "step_no,", 1, "step_number", "rename the column 'step_no'"),
    ("funnel_steps", "kind\n", "Kind\n", 1, "kind", "rename the column 'Kind' to kind"),
    ("funnels", ",name,", ", name,", 1, "name", "rename the column ' name' to name"),
    ("internal_actors", "reason", "reasons", 1, "reason", "rename the column 'reasons'"),
    ("bot_user_agents", "reason\n", "pattern\n", 1, "pattern", "2 times in the header"),
    ("internal_actors", "reason\n", "Value\n", 1, "Value", "much like value"),
    ("junk_ids", "value", "value;reason", 1, "", "separated by semicolons"),
    ("funnels", "ordered,604800.0", "ordered", 2, "", "4 fields, and the header has 5"),
    ("funnels", '"Work, in any order"', "Work, in any order", 3, "", "6 fields"),
    ("funnels", '"Work, in', '"Work" in, ', 3, "", "not CSV"),
    ("junk_ids", "[object", '"[object', 5, "", "not CSV"),
    ("tracking_plan", "\nexport", "\n,,,,,,,,\nexport", 6, "", "all cells are empty"),
    ("junk_ids", "null", '""', 3, "", "all cells are empty"),
    # Cells.
    ("tracking_plan", "export_failed,", ",", 6, "event_name", "the cell is empty"),
    ("activation_rules", "value,user,fin", ",user,fin", 3, "rule_id", "the cell is empty"),
    ("activation_rules", "started,task_created,1", ",task_created,1", 2, "criterion_id", "empty"),
    ("internal_actors", "account,acct_demo", "account,", 5, "value", "the cell is empty"),
    ("bot_user_agents", "bot,", ",", 2, "pattern", "the cell is empty"),
    ("funnels", "Account", "person", 3, "grain", "unknown grain 'person'"),
    ("activation_rules", "account", "team", 4, "grain", "unknown grain 'team'"),
    ("funnels", "user,ordered", "user,orderd", 2, "ordering", "one of ordered, strict, unordered"),
    ("funnel_steps", "path,,optional", "path,,maybe", 3, "kind", "unknown kind 'maybe'"),
    ("internal_actors", "device,", "phone,", 6, "kind", "unknown kind 'phone'"),
    ("tracking_plan", "planned", "soon", 6, "status", "unknown status 'soon'"),
    ("tracking_plan", "TRUE", "y", 3, "is_active_signal", "unknown boolean 'y'"),
    ("tracking_plan", "name : String", "name:text", 2, "required_properties", "no property"),
    ("tracking_plan", "name : String", ":number", 2, "required_properties", "no property"),
    ("tracking_plan", "name : String", "path:string", 2, "required_properties", "twice"),
    ("tracking_plan", "title,2020-01-01", "title,2020-02-30", 2, "introduced_on", "not a date"),
    ("tracking_plan", "title,2020-01-01", "title,01.02.2020", 2, "introduced_on", "YYYY-MM-DD"),
    ("tracking_plan", ",2026-01-01\ntask", ",20260101\ntask", 3, "retired_on", "not a date"),
    ("funnels", "604800.0", "-60", 2, "window_seconds", "-60 is negative"),
    ("funnels", "604800.0", "0", 2, "window_seconds", "0 is zero"),
    ("funnels", "604800.0", "1.5", 2, "window_seconds", "'1.5' is not a whole number"),
    ("funnels", "604800.0", "7 days", 2, "window_seconds", "leave the cell empty: no window"),
    ("funnels", "604800.0", "9" * 18, 2, "window_seconds", "too large"),
    ("funnels", "604800.0", "9" * 30, 2, "window_seconds", "not a whole number"),
    ("activation_rules", "2.0,14", "0,14", 4, "min_count", "0 is zero"),
    ("activation_rules", "2.0,14", "-1,14", 4, "min_count", "-1 is negative"),
    ("activation_rules", "2.0,14", "two,14", 4, "min_count", "not a whole number"),
    ("activation_rules", "2.0,14", "2,-14", 4, "window_days", "-14 is negative"),
    ("activation_rules", "2.0,14", "2,0", 4, "window_days", "0 is zero"),
    ("activation_rules", "2.0,14", "2,0.5", 4, "window_days", "not a whole number"),
    ("funnel_steps", "work,2", "work,two", 8, "step_number", "not a whole number"),
    ("funnel_steps", "work,2", "work,", 8, "step_number", "the cell is empty"),
    ("funnel_steps", "work,2", "work,51", 8, "step_number", "from 1 to 50"),
    ("funnel_steps", "work,2", "work,0", 8, "step_number", "0 is zero"),
    ("internal_actors", "vendor.example,st", "@vendor.example,st", 2, "value", "not an e-mail dom"),
    ("internal_actors", "qa-1.", "qa@", 3, "value", "such as example.com"),
    ("internal_actors", "qa-1.vendor.example", "*.example", 3, "value", "not an e-mail domain"),
    ("internal_actors", "qa-1.vendor.example", "vendor", 3, "value", "not an e-mail domain"),
    ("tracking_plan", "onboarding", "\u00a0onboarding", 3, "feature", "invisible"),
    ("funnel_steps", "path,,opt", "path\t,,opt", 3, "property_name", "invisible"),
    ("junk_ids", "undefined", "\u200bundefined", 2, "value", "invisible"),
    # Keys.
    ("tracking_plan", "task_completed", "page", 5, "event_name", "'page' stands in row 2 already"),
    ("activation_rules", "finished", "started", 3, "criterion_id", "'value / started' stands in"),
    ("funnels", "\nwork", "\nsetup,,user,,\nwork", 3, "funnel_id", "'setup' stands in row 2"),
    ("internal_actors", "Domain,qa-1.", "Domain,", 3, "value", "stands in row 2 already"),
    ("internal_actors", "Domain,qa-1.vendor.e", "Domain,VENDOR.E", 3, "value", "row 2 already"),
    ("funnel_steps", "work,2", "work,1", 8, "step_number", "has step 1 in row 7 already"),
    # Rows and files together.
    ("tracking_plan", "title,2020-01-01,", ",2026-01-02,2026-01-01", 2, "introduced_on", "after"),
    ("activation_rules", "value,user,fin", "value,account,fin", 3, "grain", "one grain"),
    ("funnel_steps", "work,2", "work,3", 8, "step_number", "a step 3 and no step 2"),
    ("funnel_steps", "work,2", "work,5", 8, "step_number", "no step 2 to 4"),
    ("funnel_steps", ",,,Step", ",,,optional", 7, "kind", "give step 1 the kind step"),
    ("funnel_steps", "3,export", "1,export", 4, "step_number", "nothing comes before step 1"),
    ("funnel_steps", "3,export", "4,export", 4, "step_number", "last mandatory step is 3"),
    ("funnel_steps", "path,/error", ",/error", 5, "property_name", "has no property_name"),
    ("funnel_steps", "3,task_created", "3,task_creatd", 6, "event_name", "write task_created, or"),
    ("funnel_steps", "3,export_failed", "3,Page", 4, "event_name", "has no event 'Page'"),
    ("funnel_steps", "2,page", "2,screen", 3, "event_name", "has no event 'screen'"),
    ("activation_rules", "finished,task_", "finished,job_", 3, "event_name", "no event 'job_"),
    ("funnels", "\nwork", "\nplay,,user,,\nwork", 3, "funnel_id", "funnel 'play' has no steps"),
    ("funnel_steps", "\nwork,1", "\nwrok,1,page,,,\nwork,1", 7, "funnel_id", "write work, or add"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found_where_it_stands_and_nothing_else(tmp_path, fault):
    assert_the_one_finding(tmp_path, *fault)


def test_all_mistakes_of_a_folder_are_found_at_once_and_in_order(tmp_path):
    files = GOOD | {
        "funnels": "funnel_id,name,grain,ordering,window_seconds\n"
        "a,A,user,orderd,-1\nb,B,person,strict,\nb,B,user,,0.5\n",
        "funnel_steps": "funnel_id,step_number,event_name,property_name,property_value,kind\n"
        "a,1,page,,,exclusion\na,3,nothing,,x,step\nc,1,page,,,optional\na,1,page,,,step\n",
    }
    del files["internal_actors"]
    assert places(check_definitions(write(tmp_path, files))) == [
        ("funnels", 2, "ordering"),
        ("funnels", 2, "window_seconds"),
        ("funnels", 3, "funnel_id"),
        ("funnels", 3, "grain"),
        ("funnels", 4, "funnel_id"),
        ("funnels", 4, "funnel_id"),
        ("funnels", 4, "window_seconds"),
        ("funnel_steps", 2, "step_number"),
        ("funnel_steps", 3, "step_number"),
        ("funnel_steps", 3, "event_name"),
        ("funnel_steps", 3, "property_name"),
        ("funnel_steps", 4, "funnel_id"),
        ("funnel_steps", 4, "kind"),
        ("internal_actors", 0, ""),
    ]


@pytest.mark.parametrize("seed", NEEDED_SEEDS, ids=lambda seed: seed.name)
def test_a_missing_file_is_named_with_its_header(seeds, seed):
    (seeds / f"{seed.name}.csv").unlink()
    (found,) = check_definitions(seeds)
    assert found.file == (seeds / f"{seed.name}.csv").as_posix()
    assert found.problem == "the file is missing"
    assert seed.header in found.fix


@pytest.mark.parametrize(
    ("seed", "column"),
    [(seed, column) for seed in SEEDS for column in seed.columns],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_missing_column_is_named_unless_nothing_reads_it(tmp_path, seed, column):
    header = [name if name != column.name else "zz" for name in seed.column_names]
    headers = {other.name: f"{other.header}\n" for other in SEEDS}
    findings = check_definitions(write(tmp_path, headers | {seed.name: ",".join(header) + "\n"}))
    is_read = column.name not in ("reason", "measure")
    expected = [(seed.name, 1, column.name)] if is_read else []
    assert places(findings) == expected


def test_a_missing_folder_is_one_finding(tmp_path):
    (found,) = check_definitions(tmp_path / "nowhere")
    assert "does not exist" in found.problem
    assert "USAGE_SEEDS" in found.fix


def test_a_file_without_a_character_is_named(seeds):
    (seeds / "junk_ids.csv").write_bytes(b"")
    assert [found.problem for found in check_definitions(seeds)] == ["the file is empty"]


def test_a_file_may_stand_in_a_folder_of_its_own_but_only_once(seeds):
    (seeds / "events").mkdir()
    (seeds / "junk_ids.csv").rename(seeds / "events/junk_ids.csv")
    assert check_definitions(seeds) == []
    shutil.copy(seeds / "events/junk_ids.csv", seeds / "junk_ids.csv")
    (found,) = check_definitions(seeds)
    assert "2 files of this name" in found.problem


def test_a_byte_that_is_not_utf_8_is_named_with_its_row(seeds):
    text = GOOD["funnels"].replace("From", "Von Übung")
    (seeds / "funnels.csv").write_bytes(text.encode("latin-1"))
    (found,) = check_definitions(seeds)
    assert (Path(found.file).stem, found.row) == ("funnels", 2)
    assert "byte 0xdc is not UTF-8" in found.problem


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.rstrip("\n"),
        lambda text: re.sub(r"(?m)^(?!.*\")(.*),", r"\1  , ", text.partition("\n")[2]),
    ],
    ids=["byte order mark", "windows line ends", "blank lines", "no last line end", "spaces"],
)
def test_what_editors_do_to_a_file_does_no_harm(tmp_path, change):
    files = {name: change(text) for name, text in GOOD.items()}
    for name, text in files.items():
        header = GOOD[name].partition("\n")[0]
        if header not in text:
            files[name] = f"{header}\n{text}"
    assert check_definitions(write(tmp_path, files)) == []


def test_rows_are_counted_by_the_lines_of_the_file(seeds):
    text = GOOD["funnels"].replace('"Work, in any order"', '"Work\n\nin any order"')
    (seeds / "funnels.csv").write_text(text.replace("\nwork", "\n\nwork") + "last,,nobody,,\n")
    assert ("funnels", 7, "grain") in places(check_definitions(seeds))


def test_columns_of_ones_own_are_let_through(seeds):
    for path in seeds.glob("*.csv"):
        header, _, body = path.read_text().partition("\n")
        lines = [f"{header},notes", *(f"{line},x" for line in body.splitlines())]
        path.write_text("\n".join(lines))
    assert check_definitions(seeds) == []


def test_events_are_judged_only_against_a_plan_that_has_some(seeds):
    (seeds / "funnel_steps.csv").write_text(GOOD["funnel_steps"].replace("page", "home"))
    assert len(check_definitions(seeds)) == 2
    (seeds / "tracking_plan.csv").write_text(GOOD["tracking_plan"].partition("\n")[0] + "\n")
    assert check_definitions(seeds) == []


def test_a_broken_plan_makes_no_event_unknown(seeds):
    (seeds / "tracking_plan.csv").write_text('event_name\n"page')
    assert {name for name, _, _ in places(check_definitions(seeds))} == {"tracking_plan"}


def test_a_broken_row_is_not_missed_elsewhere(seeds):
    """Its funnel has steps, its event is in the plan: one mistake is one finding."""
    text = GOOD["funnel_steps"].replace("work,2,task_completed,,,", "work,2,task_completed,,")
    text += "work,3,task_completed,,,step\n"
    (seeds / "funnel_steps.csv").write_text(text)
    plan = GOOD["tracking_plan"].replace("\ntask_created,projects", "\ntask_created")
    (seeds / "tracking_plan.csv").write_text(plan)
    assert places(check_definitions(seeds)) == [("tracking_plan", 4, ""), ("funnel_steps", 8, "")]


def test_an_error_lists_twenty_findings_one_per_line(seeds):
    rows = [f"{number},page,x{number},\n" for number in range(1, 31)]
    (seeds / "internal_actors.csv").write_text("kind,value,reason\n" + "".join(rows))
    with pytest.raises(BadInvocation) as raised:
        require_good_definitions(seeds)
    lines = str(raised.value).splitlines()
    assert raised.value.exit_code == 2
    assert lines[0] == "30 mistakes in the definitions:"
    assert len(lines) == 1 + 20 + 1
    assert all("internal_actors.csv, row" in line and "; fix: " in line for line in lines[1:21])
    assert lines[-1].strip() == "and 10 more"


@given(st.dictionaries(st.sampled_from([seed.name for seed in SEEDS]), st.text(max_size=60)))
def test_whatever_a_file_holds_there_is_a_verdict_and_no_crash(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("seeds")
    files = {name: GOOD[name][: len(GOOD[name]) // 2] + text for name, text in texts.items()}
    for finding in check_definitions(write(folder, GOOD | files)):
        assert finding.problem
        assert finding.fix


STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(("step", "optional", "exclusion"))),
    min_size=1,
    max_size=6,
)


@given(STEPS)
def test_funnels_without_a_finding_are_ones_that_the_matcher_takes(tmp_path_factory, steps):
    rows = "".join(f"f,{number},page,,,{kind}\n" for number, kind in steps)
    funnel = "funnel_id,name,grain,ordering,window_seconds\nf,F,user,ordered,60\n"
    header = GOOD["funnel_steps"].partition("\n")[0]
    files = GOOD | {"funnels": funnel, "funnel_steps": f"{header}\n{rows}"}
    if check_definitions(write(tmp_path_factory.mktemp("seeds"), files)):
        return
    frame = pd.DataFrame(steps, columns=["step_number", "kind"]).assign(funnel_id="f")
    funnels = pd.DataFrame({"funnel_id": ["f"], "ordering": ["ordered"], "window_seconds": [60]})
    (definition,) = read_definitions(funnels, frame)
    assert definition.mandatory[0] == 1
