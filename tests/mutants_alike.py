"""Mutants that say the same as the right code in every state that there can be, and why."""

NO_DEVICE = "device[IFNAME_NONE] is empty: it is down, and has no master"
NO_PORT = "port[IFNAME_NONE] is empty: it passes the frames of no name"
NO_NAME = "nothing is under IFNAME_NONE: no device, no row, and no tap of an administrator's"
NO_BRIDGE = "a port that is not there has no bridge, and so no datapath"
OWN_NAME = "a port that is live sends to the device of its own name: sends_to is 0"
NO_OTHER = "behind the last one there is no second one, with which it is compared"
KEPT = "what has been unpacked, or made of a world, is kept to save time alone"

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
    ("packed_world_open",
     ", bytes , size ) ; world_prepare ( & world -> world ) ; layout_make ( & world ->",
     ", bytes , size ) ;  ; layout_make ( & world ->"): KEPT,
    ("packed_world_begin",
     "( conflict == IFNAME_NONE ) ; ( void ) conflict ; world -> is_unpacked = false",
     "( conflict == IFNAME_NONE ) ;  ; world -> is_unpacked = false"):
        "it is for a compiler that leaves assertions out",
    ("unpack", ", packed , size ) ; world -> is_unpacked = true ; } return & world ->",
     ", packed , size ) ;  ; } return & world ->"): KEPT,
    ("unpack", ") ; world -> is_unpacked = true ; } return & world ->",
     ") ; world -> is_unpacked = false ; } return & world ->"): KEPT,
    ("world_preset_port",
     "world -> bridges ) ; return bridge != 0 && world -> bridge_kind [ bridge",
     "world -> bridges ) ; return true && world -> bridge_kind [ bridge"):
        "a bridge that is none is 0, of whatever kind it would be",
    ("world_has_system_datapath", "for ( uint8_t bridge = 1 ; bridge <= world -> bridges",
     "for ( uint8_t bridge = 0 ; bridge <= world -> bridges"): "no bridge is 0, and of a datapath",
}
