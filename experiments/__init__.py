"""Every question of the form "is it better?", and the simulated CRM with known truth."""
