"""What runs in a short-lived process with limits. It imports nothing of the house but this folder."""

# A confined process says no by ending with this code, with the reason as JSON on stdout.
REFUSED = 3
