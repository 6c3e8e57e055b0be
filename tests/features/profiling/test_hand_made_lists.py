"""Lists kept by hand in several languages: their outcomes are read from what their words say."""

import random
import tomllib

import pandas as pd
import pytest

from features.profiling.guess import guess

N = 120
RANDOM = random.Random(3)
DAYS = pd.date_range("2025-01-02", periods=N, freq="2D")
ENDS = DAYS + pd.to_timedelta([RANDOM.randint(2, 60) for _ in range(N)], unit="D")
KINDS = [RANDOM.choice(["won", "lost", "lost", "open"]) for _ in range(N)]


def table(created, ended, outcome, values, *, timed=("won", "lost")):
    """Return a list with a value of the outcome for each kind of end."""
    return pd.DataFrame(
        {
            "Nr": range(1, N + 1),
            created: DAYS.strftime("%Y-%m-%d"),
            "Sector": [RANDOM.choice("ABC") for _ in range(N)],
            outcome: [values[kind] for kind in KINDS],
            ended: [
                f"{t:%Y-%m-%d}" if k in timed else "" for t, k in zip(ENDS, KINDS, strict=True)
            ],
        }
    )


def columns_of(tmp_path, frame):
    frame.to_csv(tmp_path / "list.csv", index=False)
    text = guess(tmp_path / "list.csv", folder=tmp_path).text
    return tomllib.loads(text)["columns"]


@pytest.mark.parametrize(
    ("created", "ended", "outcome", "won", "lost", "still_open"),
    [
        ("Enquiry date", "Decided on", "Result", "PO received", "No order", "Quote sent"),
        (
            "Eingang",
            "Entschieden am",
            "Ergebnis",
            "Zuschlag erhalten",
            "Angebot abgelehnt",
            "läuft",
        ),
        ("Date de la demande", "Signé le", "Résultat", "Devis signé", "Sans suite", "À relancer"),
        ("Fecha de alta", "Cerrado el", "Estado", "Vendida", "Descartada", "Pausada"),
        ("Data inserimento", "Chiuso il", "Esito", "Ordine ricevuto", "Nessun ordine", "In corso"),
        ("Aangemaakt op", "Besloten op", "Uitkomst", "Opdracht gegund", "Geen opdracht", "Lopend"),
        ("Data de entrada", "Data da venda", "Situação", "Vendida", "Recusada", "Em andamento"),
    ],
)
def test_phrases_in_any_language_say_how_leads_ended(
    tmp_path, created, ended, outcome, won, lost, still_open
):
    values = {"won": won, "lost": lost, "open": still_open}
    columns = columns_of(tmp_path, table(created, ended, outcome, values))
    assert (columns["outcome"], columns["won"], columns["lost"]) == (outcome, [won], [lost])
    assert (columns["created_at"], columns["closed_at"]) == (created, ended)


@pytest.mark.parametrize(
    ("created", "ended", "outcome", "yes", "no"),
    [
        ("Date added", "Purchase date", "Bought?", "Y", "N"),
        ("Anfrage vom", "Auftrag vom", "Auftrag?", "Ja", "Nein"),
        ("Date de contact", "Date d'achat", "A acheté", "Oui", "Non"),
        ("Fecha de contacto", "Fecha de venta", "¿Vendido?", "Sí", "No"),
        ("Data contatto", "Data di acquisto", "Acquistato", "Sì", "No"),
        ("Datum aanvraag", "Verkoopdatum", "Verkocht", "Ja", "Nee"),
        ("Data de contato", "Data da compra", "Comprou?", "Sim", "Não"),
    ],
)
def test_a_flag_in_any_language_leaves_leads_without_an_answer_open(
    tmp_path, created, ended, outcome, yes, no
):
    values = {"won": yes, "lost": no, "open": ""}
    columns = columns_of(tmp_path, table(created, ended, outcome, values, timed=["won"]))
    assert (columns["outcome"], columns["won"], columns["lost"]) == (outcome, [yes], [no])
    assert (columns["created_at"], columns["closed_at"]) == (created, ended)


@pytest.mark.parametrize("name", ["Purchase intent", "Kauf geplant", "Intention d'achat"])
def test_what_somebody_means_to_do_is_no_outcome(tmp_path, name):
    frame = table(
        "Created at", "Closed at", "Status", {"won": "Won", "lost": "Lost", "open": "Open"}
    )
    frame = frame.drop(columns="Status").assign(**{name: ["Yes", "No"] * (N // 2)})
    assert "outcome" not in columns_of(tmp_path, frame)


@pytest.mark.parametrize("name", ["Geschätzter Abschlusstermin", "Previsão de fechamento"])
def test_a_planned_end_is_not_taken_for_the_end(tmp_path, name):
    values = {"won": "Gewonnen", "lost": "Verloren", "open": "Offen"}
    frame = table("Erstellt am", "Abgeschlossen am", "Status", values)
    frame.insert(2, name, ENDS.strftime("%Y-%m-%d"))
    assert columns_of(tmp_path, frame)["closed_at"] == "Abgeschlossen am"


def test_without_a_time_of_the_end_the_last_change_of_the_stage_is_it(tmp_path):
    values = {"won": "Won", "lost": "Lost", "open": "Demo"}
    frame = table("Added on", "last_stage_change_at", "Stage", values, timed=KINDS)
    assert columns_of(tmp_path, frame)["closed_at"] == "last_stage_change_at"
    frame = frame.assign(
        **{"Won at": [d if k == "won" else "" for d, k in zip(ENDS, KINDS, strict=True)]}
    )
    assert columns_of(tmp_path, frame)["closed_at"] == "Won at"


@pytest.mark.parametrize("name", ["lead_id", "Contact ID", "customer_id"])
def test_deals_of_one_lead_belong_together(tmp_path, name):
    values = {"won": "Won", "lost": "Lost", "open": "Demo"}
    frame = table("Created at", "Closed at", "Status", values).rename(columns={"Nr": "id"})
    frame[name] = [f"c{i // 3}" for i in range(N)]
    columns = columns_of(tmp_path, frame)
    assert (columns["lead_id"], columns["account_id"]) == ("id", name)


def test_a_trial_that_expired_is_lost_and_one_that_runs_is_open(tmp_path):
    values = {"won": "converted", "lost": "expired", "open": "trialing"}
    columns = columns_of(tmp_path, table("signed_up_at", "ended_at", "trial_status", values))
    assert (columns["lost"], columns["closed_at"]) == (["expired"], "ended_at")
    assert columns["created_at"] == "signed_up_at"
