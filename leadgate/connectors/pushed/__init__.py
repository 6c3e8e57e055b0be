"""What is written to a CRM, what was there before, and how far a push came."""
