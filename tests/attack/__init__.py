"""Attacks: hostile inputs, slow clients, fuzzing, and load with killers."""
