"""Exports of other CRMs, of lists kept by hand and of public sets: mapped by words and contents."""

import random
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.profiling.guess import guess
from leadgate.config import Config
from leadgate.config.question import questions_in

N = 120
RANDOM = random.Random(1)
DAYS = pd.date_range("2025-01-02 09:00", periods=N, freq="2D")
ENDS = DAYS + pd.to_timedelta([RANDOM.randint(2, 80) for _ in range(N)], unit="D")
KINDS = [RANDOM.choice(["won", "lost", "lost", "open"]) for _ in range(N)]


def stages(won, lost, *still_open):
    """Return a value for each lead by how it ended."""
    return [
        {"won": won, "lost": lost}.get(kind) or RANDOM.choice(still_open) if still_open
        else (won if kind == "won" else lost)
        for kind in KINDS
    ]  # fmt: skip


def ends(pattern="%Y-%m-%d", kinds=("won", "lost")):
    """Return the closing day of leads that ended so."""
    return [t.strftime(pattern) if k in kinds else "" for t, k in zip(ENDS, KINDS, strict=True)]


def forecast(pattern="%Y-%m-%d"):
    """Return a closing day for every lead."""
    return ends(pattern, ("won", "lost", "open"))


def days(pattern="%Y-%m-%d %H:%M"):
    return list(DAYS.strftime(pattern))


def ids(prefix=""):
    return [f"{prefix}{100 + i}" for i in range(N)]


def any_of(*values):
    return [RANDOM.choice(values) for _ in range(N)]


FIRMS = [f"Firma {RANDOM.randint(1, 40)} GmbH" for _ in range(N)]
CHANCE = stages("100", "0", "40", "60")
EXPORTS = {
    "a German list": (
        {
            "Lfd. Nr.": ids(), "Kunde": FIRMS, "Anfrage vom": days("%d.%m.%Y"),
            "Status": stages("Auftrag erhalten", "Abgelehnt", "offen", "Angebot versendet"),
            "Entscheidung am": ends("%d.%m.%Y"), "Quelle": any_of("Messe", "Web"),
        },
        {
            "lead_id": "Lfd. Nr.", "created_at": "Anfrage vom", "closed_at": "Entscheidung am",
            "outcome": "Status", "won": ["Auftrag erhalten"], "lost": ["Abgelehnt"],
        },
        set(),
    ),
    "Freshsales": (
        {
            "Id": ids("40"), "Amount": any_of("1", "2"), "Sales owner": any_of("a", "b"),
            "Deal stage": stages("Won", "Lost", "New", "Demo"), "Closed date": ends(),
            "Expected close date": forecast(), "Created at": days(), "Updated at": days(),
            "Lost reason": stages("", "Price", ""),
        },
        {
            "lead_id": "Id", "created_at": "Created at", "closed_at": "Closed date",
            "outcome": "Deal stage", "won": ["Won"], "lost": ["Lost"], "amount": "Amount",
        },
        {"Lost reason", "Expected close date", "Updated at", "Sales owner"},
    ),
    "Close": (
        {
            "id": ids("oppo_"), "status_label": stages("Signed", "Gone", "Talking", "Demo"),
            "status_type": stages("won", "lost", "active"),
            "date_created": days("%Y-%m-%dT%H:%M:%SZ"),
            "date_won": ends(kinds=("won",)), "date_lost": ends(kinds=("lost",)),
        },
        {
            "lead_id": "id", "created_at": "date_created", "closed_at": "date_won",
            "outcome": "status_type", "won": ["won"], "lost": ["lost"],
        },
        {"status_label", "date_lost"},
    ),
    "Copper": (
        {
            "Opportunity ID": ids(), "Status": stages("Won", "Lost", "Open"),
            "Stage": any_of("A", "B"), "Close Date": forecast("%m/%d/%Y"),
            "Loss Reason": stages("", "Price", ""), "Created At": days("%m/%d/%Y"),
            "Owned By": any_of("a", "b"), "Win Probability": CHANCE,
        },
        {
            "lead_id": "Opportunity ID", "created_at": "Created At", "closed_at": "Close Date",
            "outcome": "Status", "won": ["Won"], "lost": ["Lost"],
        },
        {"Stage", "Loss Reason", "Owned By", "Win Probability"},
    ),
    "Bitrix": (
        {
            "ID": ids(), "Deal Name": FIRMS, "Company": FIRMS, "Closed": stages("Y", "Y", "N"),
            "Stage": stages("Deal won", "Deal lost", "In progress", "Final invoice"),
            "Created": days("%d.%m.%Y %H:%M:%S"), "Modified": days("%d.%m.%Y %H:%M:%S"),
            "Begin date": days("%d.%m.%Y"), "Close date": forecast("%d.%m.%Y"),
            "Responsible person": any_of("a", "b"), "Probability": CHANCE,
        },
        {
            "lead_id": "ID", "account_id": "Company", "created_at": "Created",
            "closed_at": "Close date", "outcome": "Stage", "won": ["Deal won"],
            "lost": ["Deal lost"],
        },
        {"Deal Name", "Closed", "Modified", "Responsible person", "Probability"},
    ),
    "SuiteCRM": (
        {
            "id": ids("a-"), "date_entered": days("%Y-%m-%d %H:%M:%S"),
            "date_modified": days("%Y-%m-%d %H:%M:%S"), "date_closed": forecast(),
            "sales_stage": stages("Closed Won", "Closed Lost", "Prospecting"),
            "probability": CHANCE, "amount": any_of("1", "2"), "deleted": ["0"] * N,
        },
        {
            "lead_id": "id", "created_at": "date_entered", "closed_at": "date_closed",
            "outcome": "sales_stage", "won": ["Closed Won"], "lost": ["Closed Lost"],
            "deleted": {"column": "deleted"},
        },
        {"probability", "date_modified"},
    ),
    "Insightly": (
        {
            "OpportunityId": ids(), "OpportunityState": stages("WON", "LOST", "OPEN", "SUSPENDED"),
            "DateCreatedUTC": days("%Y-%m-%d %H:%M:%S"),
            "ActualCloseDate": ends("%Y-%m-%d %H:%M:%S"), "ForecastCloseDate": forecast(),
        },
        {
            "lead_id": "OpportunityId", "created_at": "DateCreatedUTC",
            "closed_at": "ActualCloseDate", "outcome": "OpportunityState", "won": ["WON"],
            "lost": ["LOST"],
        },
        {"ForecastCloseDate"},
    ),
    "a Spanish list": (
        {
            "Nº": ids(), "Fecha de contacto": days("%d/%m/%Y"), "Empresa": FIRMS,
            "Estado": stages("Ganado", "Perdido", "En curso", "Presupuesto enviado"),
            "Fecha de cierre": ends("%d/%m/%Y"), "Importe": any_of("1.200,50", "300,00"),
        },
        {
            "lead_id": "Nº", "created_at": "Fecha de contacto", "closed_at": "Fecha de cierre",
            "outcome": "Estado", "won": ["Ganado"], "lost": ["Perdido"], "amount": "Importe",
        },
        set(),
    ),
    "a Dutch list": (
        {
            "Offertenummer": ids("OF-"), "Datum aanvraag": days("%d-%m-%Y"),
            "Status": stages("Gewonnen", "Verloren", "Openstaand"),
        },
        {
            "lead_id": "Offertenummer", "created_at": "Datum aanvraag", "outcome": "Status",
            "won": ["Gewonnen"], "lost": ["Verloren"],
        },
        set(),
    ),
    "a Portuguese list": (
        {
            "ID": ids(), "Data de criação": days("%d/%m/%Y"), "Responsável": any_of("a", "b"),
            "Etapa": stages("Fechado Ganho", "Fechado Perdido", "Proposta", "Qualificação"),
            "Data de fechamento": ends("%d/%m/%Y"),
        },
        {
            "lead_id": "ID", "created_at": "Data de criação", "closed_at": "Data de fechamento",
            "outcome": "Etapa", "won": ["Fechado Ganho"], "lost": ["Fechado Perdido"],
        },
        {"Responsável"},
    ),
    "an Italian list": (
        {
            "Numero": ids(), "Data creazione": days("%d/%m/%Y"), "Importo": any_of("1", "2"),
            "Stato": stages("Chiuso vinto", "Chiuso perso", "Aperto", "Offerta inviata"),
            "Data chiusura": ends("%d/%m/%Y"),
        },
        {
            "lead_id": "Numero", "created_at": "Data creazione", "closed_at": "Data chiusura",
            "outcome": "Stato", "won": ["Chiuso vinto"], "lost": ["Chiuso perso"],
        },
        set(),
    ),
    "a flag in German": (
        {
            "Kontakt-ID": ids(), "Erstkontakt": days("%d.%m.%Y"),
            "Newsletter": any_of("Ja", "Nein"),
            "Kunde geworden": stages("Ja", "Nein"), "Kunde seit": ends("%d.%m.%Y", ("won",)),
        },
        {
            "lead_id": "Kontakt-ID", "created_at": "Erstkontakt", "closed_at": "Kunde seit",
            "outcome": "Kunde geworden", "won": ["Ja"], "lost": ["Nein"],
        },
        set(),
    ),
    "decisions": (
        {
            "Application Ref": ids("AP"), "Application Date": days("%Y/%m/%d"),
            "Decision": stages("Approved", "Declined", "In review"),
            "Decision Date": ends("%Y/%m/%d"),
        },
        {
            "lead_id": "Application Ref", "created_at": "Application Date",
            "closed_at": "Decision Date", "outcome": "Decision", "won": ["Approved"],
            "lost": ["Declined"],
        },
        set(),
    ),
    "deals with an engagement": (
        {
            "opportunity_id": ids("1C"), "sales_agent": any_of("a", "b"), "account": FIRMS,
            "deal_stage": stages("Won", "Lost", "Engaging"),
            "engage_date": [*days("%Y-%m-%d")[:110], *[""] * 10],
            "close_date": ends(), "close_value": stages("900", "0", ""),
        },
        {
            "lead_id": "opportunity_id", "account_id": "account", "created_at": "engage_date",
            "closed_at": "close_date", "outcome": "deal_stage", "amount": "close_value",
        },
        set(),
    ),
    "numbered steps": (
        {
            "Prospect No": ids("P"), "Entry Date": days("%Y-%m-%d"), "Step since": forecast(),
            "Pipeline step": stages("7. Customer", "9. Dead", "3. Meeting", "5. Offer"),
        },
        {
            "lead_id": "Prospect No", "created_at": "Entry Date", "outcome": "Pipeline step",
            "won": ["7. Customer"], "lost": ["9. Dead"],
        },
        {"Step since"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_no_known_crm_is_mapped(tmp_path, name):
    frame, means, left_out = EXPORTS[name]
    pd.DataFrame(frame).to_csv(tmp_path / "leads.csv", index=False)
    made = guess(tmp_path / "leads.csv")
    guessed = tomllib.loads(made.text)
    columns = guessed["columns"]
    assert {key: columns.get(key) for key in means} == means
    lists = [columns.get(key, []) for key in ("personal", "after_outcome", "unknown")]
    assert left_out <= {column for listed in lists for column in listed}
    assert made.questions == []
    Config.from_dict(guessed, folder=tmp_path)


NAMES = ["Id", "Created", "Stage", "Closed Date", "Amount", "Status", "Deal - Status", "E-Mail"]
VALUES = [
    "", "won", "lost", "Open", "yes", "no", "1", "0", "2026-01-02", "03/04/2026", "5.8E+18", "L007",
    "a b c", "ada@example.org", "Won (Sales)", "€ 4.966,21",
]  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=8)
names = st.lists(st.sampled_from(NAMES) | texts, min_size=1, max_size=6, unique_by=str.strip)


@st.composite
def any_tables(draw):
    columns = [name.strip() for name in draw(names)]
    rows = draw(st.integers(1, 30))
    value = st.sampled_from(VALUES) | texts
    return pd.DataFrame(
        {name: draw(st.lists(value, min_size=rows, max_size=rows)) for name in columns if name}
    )


@given(any_tables())
@settings(max_examples=40, deadline=None)
def test_any_table_gets_a_configuration(tmp_path_factory, table):
    if table.empty:
        return
    path = tmp_path_factory.mktemp("any") / "leads.parquet"
    table.to_parquet(path)
    made = guess(path)
    columns = tomllib.loads(made.text)["columns"]
    assert columns["lead_id"] in [*table.columns, "row"]
    asked = [question.comment for question in questions_in(made.text)]
    assert sorted(asked) == sorted(question.comment for question in made.questions)
    named = [columns.get(key) for key in ("lead_id", "created_at", "outcome", "closed_at")]
    named = [name for name in named if name not in (None, "row")]
    assert len(named) == len(set(named))
    assert Path(tomllib.loads(made.text)["data"]["leads"]) == path
