"""The commands that read a CRM and write to it."""
