"""Exports of Zoho."""

from tests.features.crm.exports.build import (
    CHANCE,
    FLAG,
    LATER,
    OWNER,
    SOURCE,
    WON_LOST,
    Export,
    closing,
    created,
    cycle,
    firms,
    ids,
)

EXPORTS = {
    "Zoho deals": Export(
        "zoho_deal",
        {
            "Record Id": ids("zcrm_"), "Deal Name": cycle("x", "y"), "Stage": cycle(*WON_LOST),
            "Amount": cycle(10, 20), "Created Time": created(), "Modified Time": created(),
            "Closing Date": LATER.strftime("%Y-%m-%d"), "Lead Source": SOURCE, "Deal Owner": OWNER,
            "Probability (%)": CHANCE, "Reason For Loss": cycle("", "Price", ""),
            "Overall Sales Duration": cycle(9, 9, ""),
        },
        {
            "lead_id": "Record Id", "created_at": "Created Time", "outcome": "Stage",
            "won": ["Closed Won"], "lost": ["Closed Lost"], "closed_at": "Closing Date",
            "amount": "Amount",
        },
        ("Probability (%)", "Reason For Loss", "Overall Sales Duration"),
        ("Deal Owner", "Modified Time"),
    ),
    "Zoho deals in German": Export(
        "zoho_deal",
        {
            "Datensatz-ID": ids("zcrm_"), "Abschlussname": cycle("x", "y"), "Firmenname": firms(),
            "Phase": cycle("Geschlossen (gewonnen)", "Geschlossen (verloren)", "Bedarfsanalyse"),
            "Betrag": cycle("1.000,50", "20,00"), "Erstellungszeit": created("%d.%m.%Y %H:%M"),
            "Änderungszeit": created("%d.%m.%Y %H:%M"),
            "Abschlussdatum": LATER.strftime("%d.%m.%Y"), "Wahrscheinlichkeit (%)": CHANCE,
            "Erwarteter Umsatz": CHANCE, "Lead-Quelle": SOURCE,
        },
        {
            "lead_id": "Datensatz-ID", "account_id": "Firmenname", "created_at": "Erstellungszeit",
            "outcome": "Phase", "won": ["Geschlossen (gewonnen)"],
            "lost": ["Geschlossen (verloren)"], "closed_at": "Abschlussdatum", "amount": "Betrag",
            "segments": ["Lead-Quelle"],
        },
        ("Wahrscheinlichkeit (%)", "Erwarteter Umsatz"),
        ("Änderungszeit",),
    ),
    "Zoho leads": Export(
        "zoho_lead",
        {
            "Record Id": ids("zcrm_"), "Company": firms(), "Lead Owner": OWNER,
            "Lead Status": cycle("Converted", "Lost Lead", "Attempted to Contact"),
            "Lead Source": SOURCE, "Created Time": created(), "Modified Time": created(),
            "Converted Date Time": closing(wins_only=True), "Is Converted": FLAG,
            "No. of Employees": cycle(1, 2), "Lead Conversion Time": cycle(9, "", ""),
        },
        {
            "lead_id": "Record Id", "account_id": "Company", "created_at": "Created Time",
            "outcome": "Lead Status", "won": ["Converted"], "lost": ["Lost Lead"],
            "closed_at": "Converted Date Time",
        },
        ("Is Converted", "Lead Conversion Time"),
        ("Lead Owner", "Modified Time"),
    ),
    "Zoho contacts": Export(
        "zoho_contact",
        {
            "Record Id": ids("zcrm_"), "Contact Owner": OWNER, "Account Name": firms(),
            "Created Time": created(), "Modified Time": created(), "Mailing City": OWNER,
            "Vendor Name": firms(), "Lead Source": SOURCE,
        },
        {"lead_id": "Record Id", "created_at": "Created Time"},
        unknown=("Contact Owner", "Modified Time"),
    ),
}  # fmt: skip
