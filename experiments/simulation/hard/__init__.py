"""What makes a simulated CRM as hard as a real one, with its truth still known."""
