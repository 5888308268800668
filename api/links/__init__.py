"""Our links into EU legal data, compared with what CELLAR says."""
