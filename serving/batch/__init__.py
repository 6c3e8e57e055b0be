"""Files of leads in, files of decisions out."""
