"""Verbs: one function is one thing that a person, the clock or the house does. `by=` who, `at=` when."""
