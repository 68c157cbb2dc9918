"""Milepost: projects agreed, signed, funded, delivered and paid in milestones."""

__version__ = "0.1.0"
