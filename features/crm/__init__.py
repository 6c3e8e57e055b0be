"""What is known of the exports of the common CRMs: data rather than code."""
