"""Mutants that say the same as the right code in every state that there can be, and why."""

NO_DEVICE = "device[IFNAME_NONE] is empty: it is down, and has no master"
NO_PORT = "port[IFNAME_NONE] is empty: it passes the frames of no name"
NO_NAME = "nothing is under IFNAME_NONE: no device, no row, and no tap of an administrator's"
NO_BRIDGE = "a port that is not there has no bridge, and so no datapath"
OWN_NAME = "a port that is live sends to the device of its own name: sends_to is 0"
NO_OTHER = "behind the last one there is no second one, with which it is compared"

# (function, tokens before the mistake, tokens with it): the reason
ALIKE = {
    ("oracle_attached", "[ nic ] ; if ( tap == IFNAME_NONE || state -> network . device",
     "[ nic ] ; if ( false || state -> network . device"): NO_DEVICE,
    ("half_attached", "tap [ nic ] ; return tap != IFNAME_NONE && state -> network . device",
     "tap [ nic ] ; return true && state -> network . device"): NO_DEVICE,
    ("on_wrong_network", "} for ( uint8_t i = 1 ; i <= world -> names",
     "} for ( uint8_t i = 0 ; i <= world -> names"): NO_PORT,
    ("ovs_passes", "; for ( uint8_t i = 1 ; i <= world -> names",
     "; for ( uint8_t i = 0 ; i <= world -> names"): NO_PORT,
    ("judge_state", "} for ( uint8_t name = 1 ; name <= world -> names",
     "} for ( uint8_t name = 0 ; name <= world -> names"): NO_DEVICE,
    ("judge_sharing", "unsigned a = 0 ; a < world_nics ( world ) ; a",
     "unsigned a = 0 ; a <= world_nics ( world ) ; a"): NO_OTHER,
    ("judge_end", "for ( uint8_t name = 1 ; name <= world -> names",
     "for ( uint8_t name = 0 ; name <= world -> names"): NO_NAME,
    ("ovs_sends_to", "if ( port -> life == PORT_NONE || ! world_datapath ( world ,",
     "if ( false || ! world_datapath ( world ,"): NO_BRIDGE,
    ("ovs_sends_to", "if ( port -> life == PORT_NONE || ! world_datapath ( world ,",
     "if ( port -> life == PORT_LIVE || ! world_datapath ( world ,"): OWN_NAME,
    ("state_row_is_used",
     "receives_from != name ) ; return row -> bridge != 0 && ( ( state -> network",
     "receives_from != name ) ; return true && ( ( state -> network"):
        "a row that is not there has no owner, and every device has one",
    ("guest_thread_expire_excuses",
     "] . machine ; if ( state -> excused [ guest ] != 0 && ( machine -> kind !=",
     "] . machine ; if ( true && ( machine -> kind !="): "no excuse is over already",
}
