/* Frames of the real world's guests: see real_frames.h. */
#include "harness/real/real_frames.h"

#include "harness/real/real_terms.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    FRAME = 64,
    ADDRESSES = 12,
    TAG = 4,
    QUEUED_MS = 10, /* to read what is there */
    PROBE = 0xee,   /* MACs of no guest, by their numbers */
    SPOOFED = 0xdd
};

/* A broadcast of a type that nobody else sends (0x88b5, for experiments), with a number of its
 * own. */
static void
make_frame(struct real *real, uint8_t source, uint8_t frame[FRAME])
{
    memset(frame, 0, FRAME);
    memset(frame, 0xff, 6);
    real_source(source, frame + 6);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    snprintf((char *)frame + 14, FRAME - 14, "frame %u", ++real->frames);
}

/* The same as a bridge's own port has it, which is a trunk: with its VLAN's tag (IEEE 802.1Q)
 * behind the addresses.  Returns its length. */
static size_t
tag_frame(const uint8_t frame[FRAME], uint8_t vlan, uint8_t tagged[FRAME + TAG])
{
    const uint8_t tag[TAG] = {0x81, 0x00, 0, vlan};
    size_t length = vlan == VLAN_NONE ? 0 : TAG;

    memcpy(tagged, frame, ADDRESSES);
    memcpy(tagged + ADDRESSES, tag, length);
    memcpy(tagged + ADDRESSES + length, frame + ADDRESSES, FRAME - ADDRESSES);
    return FRAME + length;
}

bool
real_filters_frames(const struct real *real, unsigned nic)
{
    uint8_t bridge = real->world->nic[nic].bridge;

    return real->has_filters && bridge != 0 && real->world->bridge_kind[bridge - 1] == BRIDGE_LINUX;
}

bool
real_frames(struct real *real, unsigned nic, int milliseconds, bool passed[FRAME_WAYS])
{
    const struct nic *definition = &real->world->nic[nic];
    int probe = definition->kind == NIC_MACVTAP ? real->wire : real->probe[definition->bridge - 1];
    uint8_t there[FRAME], back[FRAME], tagged_there[FRAME + TAG], tagged_back[FRAME + TAG];
    struct context context = world_context(real->world, nic);
    struct guest *guest = &real->guest[context.guest];
    uint8_t spoofed[FRAME];
    size_t length;
    unsigned tap = 0;

    while (context.nic_at[tap] != nic) {
        tap++;
    }
    make_frame(real, SPOOFED, spoofed);
    make_frame(real, definition->mac, there);
    make_frame(real, PROBE, back);
    length = tag_frame(there, definition->vlan, tagged_there);
    tag_frame(back, definition->vlan, tagged_back);
    /* Nothing overtakes on its way: if the other one comes first, this one has been dropped. */
    if ((real_filters_frames(real, nic) &&
         !guest->kind->send(guest, tap, spoofed, FRAME, real->diagnostic)) ||
        !guest->kind->send(guest, tap, there, FRAME, real->diagnostic)) {
        return false;
    }
    if (write(probe, tagged_back, length) != (ssize_t)length) {
        return diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                        "cannot write to a bridge's tap: %s", strerror(errno));
    }
    passed[FRAME_OUT] = guest_await_frame(probe, tagged_there, length, milliseconds, spoofed,
                                          &passed[FRAME_SPOOFED]);
    /* If that took all the time, what comes back has had it as well, and is there or lost. */
    return guest->kind->expect(guest, tap, back, FRAME,
                               passed[FRAME_OUT] ? milliseconds : QUEUED_MS, &passed[FRAME_IN],
                               real->diagnostic);
}
