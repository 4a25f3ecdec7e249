"""Claims that are wrong, or cannot hold together; see bad_scenarios.py."""
from bad_scenarios import bad  # what is said here is added to its CASES

# ---- claims that cannot hold together ----
for name, before, wrong in [
        ("never-always", "never", "always"), ("always-sometimes", "always", "sometimes"),
        ("sometimes-never", "sometimes", "never"),
        ("always-rarer", "always", "rarer than counter"),
        ("more-often-never", "more often than counter", "never"),
        ("never-in-more", "never", "in more interleavings than counter"),
        ("rarer-more-often", "rarer than counter", "more often than counter"),
        ("in-more-in-fewer", "in more interleavings than counter",
         "in fewer interleavings than counter")]:
    bad("contradiction-" + name, f"'{wrong}' contradicts '{before}'",
        claims=f"{{atomic: {{deadlock: [{before}, in fewer interleavings than reattach, "
               f"«{wrong}]}}}}")

for name, before, wrong in [
        ("never", "lasting never", "lasting always"), ("short", "never", "lasting"),
        ("all", "sometimes", "lasting always"), ("rarer", "lasting always", "rarer than counter"),
        ("more", "lasting more often than counter", "never"),
        ("compared", "lasting rarer than counter", "lasting more often than counter")]:
    bad("contradiction-lasting-" + name, f"'{wrong}' contradicts '{before}'",
        claims=f"{{atomic: {{lost-attachment: [{before}, «{wrong}]}}}}")
bad("lasting-oracle", "how long it lasts is known of lost-attachment and wrong-network alone",
    claims="{atomic: {deadlock: «lasting never}}")
bad("lasting-claim", "unknown claim 'neve'; did you mean 'never'?",
    claims="{atomic: {wrong-network: «lasting neve}}")
bad("lasting-policy", "unknown policy 'countr'; did you mean 'counter'?",
    claims="{atomic: {wrong-network: lasting rarer than «countr}}")
