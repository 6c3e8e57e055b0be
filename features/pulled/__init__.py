"""What was pulled from a CRM -> the tables of an export, under canonical names."""
