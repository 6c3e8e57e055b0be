"""Odoo: the JSON-2 interface, swept in the order of the ids."""
