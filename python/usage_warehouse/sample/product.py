"""The product that the sample company sells: its events, pages, clients and dates.

The tracking plan of this product is `seeds/tracking_plan.csv`; `PLAN_DATES` repeats only
what decides whether an event is planned on a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PRODUCT_DOMAIN = "tasklight.example"
INTERNAL_EMAIL_DOMAINS = ("tasklight.example", "tasklight-qa.example")
INTERNAL_USER_ID = "user_monitor"
INTERNAL_ACCOUNT_ID = "acct_demo"
INTERNAL_DEVICE_ID = "00000000-0000-4000-8000-00000000c105"
FREE_MAIL_DOMAIN = "freemail.example"

# Type of a message; the last two are faults.
KINDS = ("track", "identify", "group", "page", "screen", "alias", "trakc", "unparsable line")
TRACK, IDENTIFY, GROUP, PAGE, SCREEN, ALIAS, UNKNOWN_TYPE, UNPARSABLE = range(8)
SOURCES = ("events", "server")
BROWSER, SERVER = range(2)

PERSONAS = ("admin", "maker", "analyst", "viewer")

APP_PAGES = (
    ("/home", "Home"),
    ("/projects", "Projects"),
    ("/tasks", "Tasks"),
    ("/reports", "Reports"),
    ("/search", "Search"),
    ("/integrations", "Integrations"),
    ("/exports", "Exports"),
    ("/settings", "Settings"),
    ("/billing", "Billing"),
    ("/onboarding", "Onboarding"),
)
SITE_PAGES = (
    ("/", "Welcome"),
    ("/pricing", "Pricing"),
    ("/customers", "Customers"),
    ("/docs", "Documentation"),
    ("/blog/weekly-planning", "Weekly planning"),
    ("/signup", "Sign up"),
)
PAGES = APP_PAGES + SITE_PAGES
PAGE_CODE = {path: code for code, (path, _) in enumerate(PAGES)}
SIGNUP_PAGE = PAGE_CODE["/signup"]
SCREENS = ("Home", "Projects", "Tasks", "Reports", "Inbox")


@dataclass(frozen=True)
class Event:
    """A kind of event and how its properties are written.

    The properties are `{` + `head` + a number from 1 to `modulus` + one of `tails`.
    `weights` are how often each of PERSONAS does it; 0 for what is not drawn in sessions.
    `is_power` events need a person who has adopted the advanced features.
    """

    name: str
    head: str
    tails: tuple[str, ...]
    page: str = "/home"
    weights: tuple[float, float, float, float] = (0, 0, 0, 0)
    modulus: int = 100_000
    is_power: bool = False


def _choices(name: str, values: tuple[str, ...], opening: str = ",") -> tuple[str, ...]:
    return tuple(f'{opening}"{name}":"{value}"}}' for value in values)


def _after_id(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return _choices(name, values, opening='",')


_FORMATS = ("csv", "csv", "xlsx", "pdf")
_PROVIDERS = ("slack", "github", "jira", "gdrive", "salesforce")
ONBOARDING_STEPS = ("create_profile", "connect_data", "invite_team", "take_tour")

EVENTS = (
    Event(
        "page",
        '"view_number":',
        tuple(f',"path":"{path}","title":"{title}"}}' for path, title in PAGES),
        weights=(30, 26, 28, 40),
        modulus=60,
    ),
    Event("screen", '"view_number":', _choices("name", SCREENS), modulus=60),
    Event(
        "signed_up",
        '"form_seconds":',
        _choices("method", ("password", "sso", "google")),
        page="/onboarding",
        modulus=240,
    ),
    Event(
        "onboarding_step_completed",
        '"seconds":',
        _choices("step", ONBOARDING_STEPS),
        page="/onboarding",
        modulus=300,
    ),
    Event(
        "workspace_created",
        '"workspace_id":"wsp_',
        _after_id("template", ("blank", "marketing", "software")),
        page="/onboarding",
    ),
    Event(
        "user_invited",
        '"invitation_id":"inv_',
        _after_id("role", ("member", "member", "viewer", "admin")),
        page="/settings",
        weights=(1.6, 0.2, 0.1, 0),
    ),
    Event(
        "project_created",
        '"project_id":"prj_',
        _after_id("template", ("blank", "kanban", "timeline")),
        page="/projects",
        weights=(3, 4, 1, 0.1),
    ),
    Event(
        "task_created",
        '"task_id":"tsk_',
        _after_id("priority", ("low", "normal", "normal", "high")),
        page="/tasks",
        weights=(14, 25, 8, 1),
    ),
    Event(
        "task_completed",
        '"task_id":"tsk_',
        _after_id("priority", ("low", "normal", "normal", "high")),
        page="/tasks",
        weights=(10, 22, 6, 2),
    ),
    Event(
        "report_created",
        '"report_id":"rep_',
        _after_id("kind", ("burndown", "workload", "custom")),
        page="/reports",
        weights=(2, 1, 7, 0.2),
    ),
    Event(
        "report_viewed",
        '"report_id":"rep_',
        _after_id("kind", ("burndown", "workload", "custom")),
        page="/reports",
        weights=(8, 6, 22, 36),
    ),
    Event(
        "report_shared",
        '"report_id":"rep_',
        _after_id("channel", ("email", "link", "slack")),
        page="/reports",
        weights=(1.5, 0.8, 5, 0.4),
    ),
    Event(
        "integration_connected",
        '"connection_id":"con_',
        _after_id("provider", _PROVIDERS),
        page="/integrations",
        weights=(1.5, 0.3, 0.6, 0),
        is_power=True,
    ),
    Event("integration_synced", '"row_count":', _choices("provider", _PROVIDERS), modulus=5_000),
    Event(
        "export_started",
        '"export_id":"exp_',
        _after_id("format", _FORMATS),
        page="/exports",
        weights=(2, 1, 6, 0.5),
        is_power=True,
    ),
    Event(
        "export_completed",
        '"export_id":"exp_',
        tuple(
            f'","format":"{name}","row_count":{rows}}}'
            for rows in (40, 900, 12_000)
            for name in _FORMATS
        ),
    ),
    Event(
        "error_shown",
        '"code":',
        _choices("area", ("tasks", "reports", "exports", "login")),
        weights=(2, 2, 2, 2),
        modulus=40,
    ),
    Event(
        "settings_changed",
        '"setting_id":"set_',
        _after_id("section", ("profile", "notifications", "security")),
        page="/settings",
        weights=(6, 1, 1, 0.5),
        modulus=40,
    ),
    Event(
        "billing_page_viewed",
        '"view_number":',
        _choices("tab", ("plan", "invoices", "seats")),
        page="/billing",
        weights=(5, 0.1, 0.1, 0.1),
        modulus=20,
    ),
    Event(
        "search_performed",
        '"result_count":',
        _choices("scope", ("tasks", "projects", "reports")),
        page="/search",
        weights=(8, 9, 10, 14),
        modulus=80,
    ),
    Event(
        "automation_created",
        '"automation_id":"aut_',
        _after_id("trigger", ("schedule", "status_changed", "comment")),
        page="/settings",
        weights=(1.5, 0.8, 0.3, 0),
        is_power=True,
    ),
    Event(
        "report_printed",
        '"report_id":"rep_',
        _after_id("paper", ("a4", "letter")),
        page="/reports",
        weights=(0.2, 0.1, 0.8, 1.0),
    ),
    Event(
        "ai_summary_requested",
        '"summary_id":"sum_',
        _after_id("subject", ("project", "report")),
        weights=(0.2, 0.2, 0.4, 0.1),
        is_power=True,
    ),
    Event("task_craeted", '"task_id":"tsk_', _after_id("priority", ("low", "high")), page="/tasks"),
    Event("Report Viewed", '"report_id":"rep_', _after_id("kind", ("custom",)), page="/reports"),
    Event("debug_ping", '"ping_number":', _choices("build", ("nightly", "canary"))),
)
EVENT_CODE = {event.name: code for code, event in enumerate(EVENTS)}
UNKNOWN_EVENTS = ("task_craeted", "Report Viewed", "debug_ping")

_PLAN_START = date(2020, 1, 1)
# First and last day on which an event counts as planned; no entry means never.
PLAN_DATES: dict[str, tuple[date, date | None]] = {
    event.name: (_PLAN_START, None)
    for event in EVENTS
    if event.name not in UNKNOWN_EVENTS and event.name != "ai_summary_requested"
} | {
    "automation_created": (date(2026, 1, 12), None),
    "report_printed": (_PLAN_START, date(2026, 3, 31)),
}
RELEASES = ("5.0.0", "5.1.0", "5.2.0", "5.3.1", "5.4.0", "5.5.0", "6.0.0", "6.1.2")

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
BROWSER_AGENTS = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Chrome/125.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
)
MOBILE_AGENTS = (
    "Tasklight/6.0 (iPhone; iOS 17.5; Scale/3.00)",
    "Tasklight/6.0 (Linux; Android 14; Pixel 8)",
)
BOT_AGENTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} HeadlessChrome/125.0.0.0 Safari/537.36",
    "Baiduspider/2.0",
)
MONITOR_AGENT = "Pingdom.com_bot_version_1.4"
AGENTS = BROWSER_AGENTS + MOBILE_AGENTS + BOT_AGENTS + (MONITOR_AGENT,)
FIRST_MOBILE_AGENT = len(BROWSER_AGENTS)
FIRST_BOT_AGENT = FIRST_MOBILE_AGENT + len(MOBILE_AGENTS)
MONITOR_AGENT_CODE = len(AGENTS) - 1

LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "pt-BR", "ja-JP")
CAMPAIGNS = (
    ("google", "cpc", "brand"),
    ("google", "cpc", "project-tools"),
    ("linkedin", "paid", "ops-leaders"),
    ("newsletter", "email", "spring"),
    ("partner", "referral", "agencies"),
)
JUNK_IDS = ("undefined", "null", "0", "none", "[object Object]", "anonymous")
