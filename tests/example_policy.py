"""The example of docs/add-a-policy.md: a new value of a choice, with an operation of its own.

    tests/example_policy.py FOLDER

applies it to a copy of the repository in that folder.  port-guard=ask-owner: a stop reads
external_ids:owner of its port's row, and deletes the port only if that names its own guest.  Open
vSwitch has both commands (facts 1f, 3); the row may change hands between the two.

tests/test_add_a_policy.py applies all of it, and shows who says so if a place is left out.
"""
import sys
from dataclasses import dataclass
from pathlib import Path

POLICY = "libvirt-6.6,port-guard=ask-owner"


@dataclass(frozen=True)
class Place:
    """A place of the list: what is done there, in which file, and what is written behind what."""
    name: str      # what docs/add-a-policy.md calls it
    path: str
    behind: str    # what stands there, once
    added: str
    named_by: str  # who names the place if it is left out: a C file, a unit test or a Python test
    says: str      # a part of what that says
    also: tuple = ()  # a second addition to the same file: behind what, and what
    slow: bool = False  # what names it runs for more than seconds

    def edits(self):
        return [(self.behind, self.added), *([self.also] if self.also else [])]

    def parts(self):
        return [added for _, added in self.edits()]

    def apply(self, folder):
        path = folder / self.path
        text = path.read_text(encoding="utf-8")
        for behind, added in self.edits():
            if text.count(behind) != 1:
                raise SystemExit(f"{self.path} has {text.count(behind)} times, not once: {behind}")
            text = text.replace(behind, behind + added)
        path.write_text(text, encoding="utf-8")

    def without(self, text):
        """The file's text, with this place taken back."""
        for behind, added in self.edits():
            assert text.count(behind + added) == 1, added
            text = text.replace(behind + added, behind)
        return text


PLACES = [
    Place("the value", "core/policy.h",
          'external ids name this guest\'s start (facts 3)")',
          " \\\n    X(PORT_GUARD_ASK_OWNER, \"ask-owner\","
          " \"that the row's external ids name this guest, asked first\")",
          "core/stop.c", "PORT_GUARD_ASK_OWNER"),
    Place("the operation", "core/operation.h",
          '"read a device\'s MAC address (SIOCGIFHWADDR)")',
          " \\\n    X(GET_OWNER, get_owner, \"get-owner\", WORLD, \\\n"
          "      \"read a row's external_ids:owner (ovs-vsctl get)\")",
          "core/stop.c", "OP_GET_OWNER",
          ("GET_PERSIST: 1 if it is set.",
           "  GET_OWNER: 1 + index of the nic, 0 for\n"
           "                      none.")),
    Place("the row", "core/stop.c",
          'X(GET_MAC, "get-mac", OP_GET_MAC, TO(DEL_PORT) | TO(UNLOCK) | TO_KILL, EACH_NET)',
          " \\\n    X(GET_OWNER, \"get-owner\", OP_GET_OWNER,"
          " TO(DEL_PORT) | TO(UNLOCK) | TO_KILL, \\\n      EACH_NET)",
          "core/stop.c", "GET_OWNER"),
    Place("what may come before it", "core/stop.c",
          "#define TO_GUARD (TO(LOOKUP) | TO(GET_MAC)", " | TO(GET_OWNER) \\\n   ",
          "test_moves", "get-owner is made, but not in the table", slow=True),
    Place("the order kill-first", "core/stop.c",
          "OPEN_TAP, PERSIST, CLOSE_TAP, \\\n    LOCK, LOOKUP, GET_MAC,", " GET_OWNER,",
          "core/stop.c", "kill_first has every row once"),
    Place("the order port-first", "core/stop.c",
          "FILTER,\n    LOCK, LOOKUP, GET_MAC,", " GET_OWNER,",
          "core/stop.c", "port_first has every row once"),
    Place("what the guard asks and deletes", "core/stop.c",
          "        return (struct guard){LOOKUP, DEL_PORT};\n",
          "    case PORT_GUARD_ASK_OWNER:\n        return (struct guard){GET_OWNER, DEL_PORT};\n",
          "core/stop.c", "guard_of"),
    Place("when the row has something to do", "core/stop.c",
          "    case LOOKUP:\n    case GET_MAC:\n", "    case GET_OWNER:\n",
          "core/stop.c", "wants"),
    Place("what the operation says", "core/stop.c",
          "    case LOCK:\n    case LOOKUP:\n    case UNLOCK:\n    case UNBIND:\n",
          "    case GET_OWNER: /* the name is enough */\n",
          "core/stop.c", "fill"),
    Place("what the answer means", "core/stop.c",
          "        return outcome.value != context->nic[context->at_hand].mac;\n",
          "    case PORT_GUARD_ASK_OWNER:\n"
          "        return outcome.value != context->at_hand + 1;\n",
          "core/stop.c", "keep_port"),
    Place("the simulated world", "sim/carry_out.c",
          "/* ---- Open vSwitch ---- */\n",
          "\nstatic struct outcome\ndo_get_owner(struct call *call)\n{\n"
          "    return (struct outcome){.value ="
          " call->state->network.row[call->op.name].owner};\n}\n",
          "sim/carry_out.c", "do_get_owner"),
    Place("the real world", "harness/real/real_carry_out.c",
          "    call->outcome->value = error == 0 ? real_mac_number(mac) : 0;\n"
          "    return ended(call, error);\n}\n",
          "\nstatic bool\ndo_get_owner(struct call *call)\n{\n"
          "    struct ovs_rows rows;\n\n"
          "    if (!ovs_rows(call->real->ovs, &rows)) {\n        return false;\n    }\n"
          "    for (size_t i = 0; i < rows.count; i++) {\n"
          "        if (strcmp(rows.row[i].name, call->name) == 0) {\n"
          "            call->outcome->value = real_find_nic(call->real, rows.row[i].owner);\n"
          "        }\n    }\n    return true;\n}\n",
          "harness/real/real_carry_out.c", "do_get_owner",
          ('#include "harness/real/device.h"\n', '#include "harness/real/ovs_rows.h"\n')),
    Place("what a narration says", "harness/narrate.c",
          '        return event->outcome.value == 0 ? "clear" : "set";\n',
          "    case OP_GET_OWNER:\n"
          '        return event->outcome.value == 0 ? "no owner" : "an owner";\n',
          "harness/narrate.c", "OP_GET_OWNER"),
    Place("the name of the value", "tests/unit/test_policy.c",
          '    {"port-guard", "port-owner", PORT_GUARD_PORT_OWNER},\n',
          '    {"port-guard", "ask-owner", PORT_GUARD_ASK_OWNER},\n',
          "test_policy", "port-guard=ask-owner has no row in value_numbers"),
    Place("the operations of a stop", "tests/unit/test_stop.c",
          '        {"port-guard=port-owner", "kill remove-filter remove-own release"},\n',
          '        {"port-guard=ask-owner", "kill remove-filter get-owner release"},\n',
          "test_stop", 'port-guard=ask-owner: "kill remove-filter get-owner release", not'),
    Place("all that the operation says", "tests/unit/test_operations.c",
          "        {NULL, STOPS, {.kind = OP_GET_MAC}},\n",
          "        {NULL, STOPS, {.kind = OP_GET_OWNER}},\n",
          "test_operations", "port-guard=ask-owner: get-owner is not expected"),
    Place("the answers that there can be", "tests/unit/test_moves.c",
          "    case OP_LOOKUP:\n    case OP_GET_MAC:\n", "    case OP_GET_OWNER:\n",
          "test_moves", "get-owner -> unlock is in the table, but never made", slow=True),
    Place("the second implementation's plan", "tests/brute/plans.py",
          '    "port-owner": ((), ("remove-own",)),\n',
          '    "ask-owner": (("get-owner",), ("del-port",)),\n',
          "tests/test_brute.py", "KeyError: 'ask-owner'"),
    Place("the second implementation's operation", "tests/brute/ports.py",
          "or card.forgotten:\n            keep_port(state, slot)\n    return DONE\n",
          "\n\ndef op_get_owner(world, state, slot, events):\n"
          "    row = state.rows.get(state.cards[slot].name)\n"
          "    if row is None or row.owner != slot:\n        keep_port(state, slot)\n"
          "    return DONE\n",
          "tests/test_brute.py", "KeyError: 'get-owner'",
          ("PORT_OPERATIONS = {\n", '    "get-owner": op_get_owner,\n')),
    Place("a world for both", "tests/test_brute.py",
          '    "fixed-name": [\n        "per-guest-names",\n',
          '        "libvirt-6.6,port-guard=ask-owner",\n',
          "tests/test_policies.py",
          "no world of POLICIES in test_brute.py has port-guard=ask-owner"),
    Place("a verdict that it changes", "tests/test_pairwise.py",
          '    ("libvirt-6.6", "port-guard=port-owner", "reported-race", "lost-attachment"),\n',
          '    ("libvirt-6.6", "port-guard=ask-owner", "fixed-name", "lost-attachment"),\n',
          "tests/test_pairwise.py", "port-guard=ask-owner has no row in WITNESSES"),
    Place("the model's page", "docs/model.md",
          "that is not the one which this guest's start created.",
          " `get-owner` under ask-owner: keep it if\n     the row's owner is not this guest.",
          "tests/test_policies.py", "says what port-guard=ask-owner does"),
]


def apply(folder):
    for place in PLACES:
        place.apply(folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    apply(Path(sys.argv[1]))
