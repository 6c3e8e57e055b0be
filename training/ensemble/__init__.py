"""Members, their blend and its calibration."""
