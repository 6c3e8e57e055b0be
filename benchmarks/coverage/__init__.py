"""Whether intervals and verdicts hold the known truth as often as they say."""
