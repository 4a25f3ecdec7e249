"""A second, independent implementation of docs/model*.md that counts interleavings one by one.

It is here so that the exact counts of the C explorer can be compared with counts that were
obtained in another way, by other code: see tests/test_brute.py."""
