"""Runs of the program in which something fails: an allocation, or a system call that writes."""
