"""Faults: dead processes, damaged datasets, full disks, and ends under load."""
