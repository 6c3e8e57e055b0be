"""What was pulled from a CRM -> the tables of an export: ids, times and outcomes under canonical names."""
