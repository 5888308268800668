"""Documents to print and keep: perspectives and findings as tagged PDF, in Romanian or English."""
