/* Options whose value is one of some words: see option_choice.h. */
#include "harness/option_choice.h"

#include "core/fault.h"
#include "harness/new/choices.h"
#include "harness/options.h"

#define FORMAT_WORD(name, text) #name,
#define FORMAT_NAME(name, text) " " #name
#define ANSWER(word, ...) " " word
#define FAULT_ANSWER(id, word, text) " " word

static const char *const worlds[] = {"sim", "netns", "libvirt", "vm"};
static const char *const guests[] = {"process", "qemu"};
static const char *const covers[] = {"transitions", "interleavings", "network"};
static const char *const strategies[] = {"random", "pct"};
static const char *const reductions[] = {"guests", "none", "order", "guests,order"};
static const char *const formats[] = {DRAW_FORMATS(FORMAT_WORD) DRAW_WORLD_FORMATS(FORMAT_WORD)};
static const char *const networks[] = {NEW_NETWORKS(NEW_WORD)};
static const char *const stories[] = {NEW_STORIES(NEW_WORD)};
static const char *const names[] = {NEW_NAMES(NEW_WORD)};
static const char *const besides[] = {NEW_BESIDES(NEW_WORD) FAULTS(NEW_FAULT_WORD)};
static const char *const whens[] = {"auto", "always", "never"};

#define WORDS(words) (words), sizeof(words) / sizeof *(words)

static const struct option_choice choices[] = {
    {"--on", "it has to be sim, netns, libvirt or vm", WORDS(worlds), KEY_ON},
    {"--guest", "it has to be process or qemu", WORDS(guests), KEY_GUEST},
    {"--cover", "it has to be transitions, interleavings or network", WORDS(covers), KEY_COVER},
    {"--datapath", "it has to be system or netdev", scenario_datapaths, 2, KEY_DATAPATH},
    {"--reduce", "it has to be guests, order, guests,order or none", WORDS(reductions), KEY_REDUCE},
    {"--sample", "it has to be random or pct", WORDS(strategies), KEY_SAMPLE},
    {"--as", "it has to be one of" DRAW_FORMATS(FORMAT_NAME) DRAW_WORLD_FORMATS(FORMAT_NAME),
     WORDS(formats), KEY_AS},
    {"--network", "it has to be one of" NEW_NETWORKS(ANSWER), WORDS(networks), KEY_NETWORK},
    {"--story", "it has to be one of" NEW_STORIES(ANSWER), WORDS(stories), KEY_STORY},
    {"--names", "it has to be one of" NEW_NAMES(ANSWER), WORDS(names), KEY_NAMES},
    {"--beside", "it has to be one of" NEW_BESIDES(ANSWER) FAULTS(FAULT_ANSWER), WORDS(besides),
     KEY_BESIDE},
    {"--colour", "auto, always or never", WORDS(whens), KEY_COLOUR},
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
