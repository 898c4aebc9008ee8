"""Made-up data for a first look. Stands above all other packages and is used by none."""
