"""What an operation comes to."""

DONE, WAITS_FOR_OVS, WAITS_FOR_EXIT, FAILED = "done", "ovs", "exit", "failed"
