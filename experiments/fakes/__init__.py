"""CRMs in memory, as strict as their documents: for tests, and to see the whole loop."""
