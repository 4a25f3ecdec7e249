/* Options whose value is one of some words: see option_choice.h. */
#include "harness/option_choice.h"

#include "harness/options.h"

#define FORMAT_WORD(name, text) #name,
#define FORMAT_NAME(name, text) " " #name

static const char *const worlds[] = {"sim", "netns", "libvirt", "vm"};
static const char *const guests[] = {"process", "qemu"};
static const char *const covers[] = {"transitions", "interleavings", "network"};
static const char *const strategies[] = {"random", "pct"};
static const char *const reductions[] = {"guests", "none", "order", "guests,order"};
static const char *const formats[] = {DRAW_FORMATS(FORMAT_WORD)};
static const char *const whens[] = {"auto", "always", "never"};

#define WORDS(words) words, sizeof words / sizeof *words

static const struct option_choice choices[] = {
    {KEY_ON, "--on", WORDS(worlds), "it has to be sim, netns, libvirt or vm"},
    {KEY_GUEST, "--guest", WORDS(guests), "it has to be process or qemu"},
    {KEY_COVER, "--cover", WORDS(covers), "it has to be transitions, interleavings or network"},
    {KEY_DATAPATH, "--datapath", scenario_datapaths, 2, "it has to be system or netdev"},
    {KEY_REDUCE, "--reduce", WORDS(reductions), "it has to be guests, order, guests,order or none"},
    {KEY_SAMPLE, "--sample", WORDS(strategies), "it has to be random or pct"},
    {KEY_AS, "--as", WORDS(formats), "it has to be one of" DRAW_FORMATS(FORMAT_NAME)},
    {KEY_COLOUR, "--colour", WORDS(whens), "auto, always or never"},
};

const struct option_choice *
option_choice(int key)
{
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (choices[i].key == key) {
            return &choices[i];
        }
    }
    return NULL;
}
