"""In and out of the CRMs: one folder a CRM, the same file names in each.

A connector reads a CRM's objects as Arrow tables under their API names, and writes fields of leads.
What the columns mean is for `features.crm`; what is written is for `leadgate.connectors.push`.
"""
