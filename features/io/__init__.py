"""Files and databases in, data frames out."""
