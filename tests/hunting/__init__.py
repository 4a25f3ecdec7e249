"""Random scenarios under random policies, and what they are held to: see tests/hunt.py."""
