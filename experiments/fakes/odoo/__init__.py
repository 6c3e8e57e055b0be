"""An Odoo database in memory, as strict as its documents."""
