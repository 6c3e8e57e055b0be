"""Exports of Odoo."""

from tests.features.crm.exports.build import (
    CHANCE,
    FLAG,
    OWNER,
    SOURCE,
    Export,
    closing,
    created,
    cycle,
    firms,
    ids,
)

EXPORTS = {
    "Odoo opportunities": Export(
        "odoo_lead",
        {
            "id": ids(), "partner_id": firms(), "stage_id": cycle("Won", "Proposition", "New"),
            "won_status": cycle("won", "lost", "pending"), "probability": CHANCE,
            "expected_revenue": cycle(10, 20), "create_date": created(), "write_date": created(),
            "date_closed": closing(), "date_deadline": created(), "user_id": OWNER,
            "lost_reason_id": cycle("", "Too expensive", ""), "source_id": SOURCE,
            "team_id": cycle("Sales", "Web"),
        },
        {
            "lead_id": "id", "account_id": "partner_id", "created_at": "create_date",
            "outcome": "won_status", "won": ["won"], "lost": ["lost"], "closed_at": "date_closed",
            "amount": "expected_revenue",
        },
        ("stage_id", "probability", "lost_reason_id"),
        ("write_date", "date_deadline", "user_id"),
    ),
    "Odoo opportunities, labels": Export(
        "odoo_lead",
        {
            "External ID": ids("crm_lead_"), "Opportunity": cycle("x", "y"), "Customer": firms(),
            "Stage": cycle("Won", "Proposition", "New"), "Salesperson": OWNER, "Sales Team": SOURCE,
            "Is Won": cycle("Won", "Lost", "Pending"), "Expected Closing": created("%Y-%m-%d"),
            "Closed Date": closing(), "Created on": created(), "Days to Close": cycle(9, 9, ""),
            "Expected Revenue": cycle(10, 20), "Lost Reason": cycle("", "Price", ""),
        },
        {
            "lead_id": "External ID", "created_at": "Created on", "outcome": "Is Won",
            "won": ["Won"], "lost": ["Lost"], "closed_at": "Closed Date",
        },
        ("Stage", "Days to Close", "Lost Reason"),
        ("Salesperson", "Expected Closing"),
    ),
    "Odoo contacts": Export(
        "odoo_contact",
        {
            "id": ids(), "is_company": FLAG, "customer_rank": cycle(2, 0, 1), "parent_id": firms(),
            "commercial_partner_id": firms(), "create_date": created(), "user_id": OWNER,
        },
        {"lead_id": "id", "created_at": "create_date"},
        ("customer_rank",),
        ("user_id",),
    ),
}  # fmt: skip
