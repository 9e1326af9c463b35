"""A folder of sound definitions that uses every liberty they have, for tests to spoil."""

from __future__ import annotations

from pathlib import Path

from usage_warehouse.definitions import Finding, check_definitions

GOOD = {
    "tracking_plan": """\
event_name,feature,is_active_signal,status,owner,question,required_properties,introduced_on,retired_on
page,navigation,false,live,web,"Where to, and who's next?",path;name : String;;title,2020-01-01,
signed_up,onboarding,TRUE,live,growth,How many?,,2020-01-01,2026-01-01
task_created,projects,yes,,core,,,,
task_completed,projects,1,deprecated,core,,,,2026-01-01
export_failed,exports,,planned,core,,,,
""",
    "activation_rules": """\
rule_id,grain,criterion_id,event_name,min_count,window_days
value,user,started,task_created,1,7
value,user,finished,task_completed,,
team,account,started,task_created,2.0,14
""",
    "funnels": """\
funnel_id,name,grain,ordering,window_seconds
setup,From sign-up to work,user,ordered,604800.0
work,"Work, in any order",Account,,
""",
    "funnel_steps": """\
funnel_id,step_number,event_name,property_name,property_value,kind
setup,1,signed_up,,,step
setup,2,page,path,,optional
setup,3,export_failed,,,exclusion
setup,3,page,path,/error,exclusion
setup,3,task_created,kind,first,
work,1,task_created,,,Step
work,2,task_completed,,,step
""",
    "internal_actors": """\
kind,value,reason
email_domain,vendor.example,staff
Domain,qa-1.vendor.example,testers
user_id,someone@vendor.example,monitoring
account,acct_demo,demonstrations
device,0000,kiosk
""",
    "bot_user_agents": "pattern,reason\nbot,says so\ncurl/,\n",
    "junk_ids": "value\nundefined\nnull\n0\n[object object]\n",
    "fx_rates": "currency,rate_date,rate_to_reporting\n"
    "eur,2025-01-01,1.04\nEUR,2025-02-01,1.05\njpy,2025-01-01,0.0064\n",
    "currencies": "currency,minor_units\nusd,100\nEUR,100\njpy,1\nkwd,1000\n",
    "free_mail_domains": "domain\nmail.example\n",
    "public_suffixes": "suffix\nco.uk\n",
    "account_matches": "source,source_id,account_id,decision,reason\n"
    "crm,c1,a1,match,asked them\nCRM,c1,a2,no_match,\nbilling,c1,a1,Match,\n",
    "health_weights": "component,weight,zero_at,full_at,measure\n"
    "usage_trend,20,0,1,\npayment,0.5,30,0,days\n",
    "segments": "dimension,relation,column_name\nplan,accounts,plan\nSize,Accounts,segment\n",
}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def places(findings: list[Finding]) -> list[tuple[str, int, str]]:
    return [(Path(finding.file).stem, finding.row, finding.column) for finding in findings]


def assert_the_one_finding(
    folder: Path, name: str, old: str, new: str, row: int, column: str, words: str
) -> None:
    """With `new` for `old` in a file there is one finding, there and in these words, and a fix."""
    assert old in GOOD[name]
    findings = check_definitions(write(folder, GOOD | {name: GOOD[name].replace(old, new, 1)}))
    if name == "tracking_plan":  # an event that is gone from the plan is missed elsewhere too
        findings = [found for found in findings if "tracking plan has no event" not in str(found)]
    assert places(findings) == [(name, row, column)], findings
    (found,) = findings
    assert found.file == (folder / f"{name}.csv").as_posix()
    assert words in str(found)
    assert found.fix
