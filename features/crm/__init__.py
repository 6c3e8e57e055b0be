"""What is known of the exports of the common CRMs: data files, and how they are compared."""
