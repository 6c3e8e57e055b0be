"""The folder of what was pulled: each object of the CRM as one table, and the place to go on."""
