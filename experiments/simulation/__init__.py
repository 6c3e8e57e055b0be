"""The simulated CRM: hidden journeys, what they leave in an export, and the exact truth."""
