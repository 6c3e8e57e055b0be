"""Exports of Pipedrive."""

from tests.features.crm.exports.build import (
    OWNER,
    RATING,
    SOURCE,
    Export,
    closing,
    created,
    cycle,
    firms,
    ids,
)

EXPORTS = {
    "Pipedrive deals": Export(
        "pipedrive_deal",
        {
            "Deal - ID": ids(), "Deal - Title": cycle("x", "y"), "Deal - Value": cycle(10, 20),
            "Deal - Organization": firms(), "Deal - Pipeline": cycle("Sales", "Sales"),
            "Deal - Stage": cycle("Proposal", "Demo", "Contact made"),
            "Deal - Status": cycle("Won", "Lost", "Open"), "Deal - Owner": OWNER,
            "Deal - Deal created": created(), "Deal - Update time": created(),
            "Deal - Won time": closing(wins_only=True), "Deal - Deal closed on": closing(),
            "Deal - Lost reason": cycle("", "Price", ""), "Deal - Done activities": cycle(1, 2, 3),
            "Deal - Expected close date": created(), "Person - Name": firms(),
        },
        {
            "lead_id": "Deal - ID", "account_id": "Deal - Organization",
            "created_at": "Deal - Deal created", "outcome": "Deal - Status", "won": ["Won"],
            "lost": ["Lost"], "closed_at": "Deal - Deal closed on", "amount": "Deal - Value",
        },
        ("Deal - Stage", "Deal - Won time", "Deal - Lost reason"),
        ("Deal - Owner", "Deal - Update time", "Deal - Done activities",
         "Deal - Expected close date"),
    ),
    "Pipedrive deals in French": Export(
        "pipedrive_deal",
        {
            "Affaire - ID": ids(), "Affaire - Titre": cycle("x", "y"),
            "Affaire - Valeur": cycle("10,50", "20"), "Affaire - Organisation": firms(),
            "Affaire - Étape": cycle("Proposition", "Démo", "Contact"),
            "Affaire - Statut": cycle("Gagnée", "Perdue", "En cours"),
            "Affaire - Affaire créée": created("%d/%m/%Y %H:%M"),
            "Affaire - Date de gain": closing("%d/%m/%Y %H:%M", wins_only=True),
            "Affaire - Date de perte": cycle("", "14/02/2026 10:00", ""),
            "Affaire - Raison de la perte": cycle("", "Prix", ""),
            "Affaire - Propriétaire": OWNER,
        },
        {
            "lead_id": "Affaire - ID", "account_id": "Affaire - Organisation",
            "created_at": "Affaire - Affaire créée", "outcome": "Affaire - Statut",
            "won": ["Gagnée"], "lost": ["Perdue"], "closed_at": "Affaire - Date de gain",
            "amount": "Affaire - Valeur",
        },
        ("Affaire - Étape", "Affaire - Date de perte", "Affaire - Raison de la perte"),
        ("Affaire - Propriétaire",),
    ),
    "Pipedrive deals in Portuguese": Export(
        "pipedrive_deal",
        {
            "Negócio - ID": ids(), "Negócio - Título": cycle("x", "y"),
            "Negócio - Valor": cycle("10,50", "20"), "Negócio - Organização": firms(),
            "Negócio - Status": cycle("Ganho", "Perdido", "Aberto"),
            "Negócio - Etapa": cycle("Proposta", "Demo", "Contato"),
            "Negócio - Negócio criado em": created(), "Negócio - Negócio fechado em": closing(),
            "Negócio - Data de perda": cycle("", "2026-02-14", ""),
            "Negócio - Motivo da perda": cycle("", "Preço", ""),
            "Negócio - Atividades concluídas": cycle(1, 2, 3), "Negócio - Proprietário": OWNER,
        },
        {
            "lead_id": "Negócio - ID", "account_id": "Negócio - Organização",
            "created_at": "Negócio - Negócio criado em", "outcome": "Negócio - Status",
            "won": ["Ganho"], "lost": ["Perdido"], "closed_at": "Negócio - Negócio fechado em",
            "amount": "Negócio - Valor",
        },
        ("Negócio - Etapa", "Negócio - Data de perda", "Negócio - Motivo da perda"),
        ("Negócio - Proprietário", "Negócio - Atividades concluídas"),
    ),
    "Pipedrive leads": Export(
        "pipedrive_lead",
        {
            "Lead - ID": ids("l-"), "Lead - Title": cycle("x", "y"), "Lead - Owner": OWNER,
            "Lead - Labels": RATING, "Lead - Lead created": created(),
            "Lead - Source channel": SOURCE, "Lead - Next activity": created(),
        },
        {"lead_id": "Lead - ID", "created_at": "Lead - Lead created"},
        unknown=("Lead - Owner", "Lead - Labels"),
    ),
    "Pipedrive persons": Export(
        "pipedrive_person",
        {
            "Person - ID": ids(), "Person - Name": firms(), "Person - Organization": firms(),
            "Person - Owner": OWNER, "Person - Person created": created(),
            "Person - Won deals": cycle(2, 0, 1),
        },
        {"lead_id": "Person - ID", "created_at": "Person - Person created"},
        ("Person - Won deals",),
    ),
}  # fmt: skip
