# tapweave: `make run` decides every scenario under every policy, `make test` runs every test.
#
#   make            build/tapweave, and build/library.a; no package is installed for it
#   make deps       the Debian packages that make and make install need
#   make install    to PREFIX, below DESTDIR, as docs/install.md says; make uninstall takes it away
#   make deb        a Debian package, in build/deb/, which lintian finds nothing in
#   make run        build it, and print which policy violates what, and whether every claim holds
#                   (but in scenarios/any-number.yaml, which takes minutes)
#   make test       style, circles, unit; cli and netns, with sanitize, threads, clang, fuzz-quick
#                   and tidy beside them; hunt
#   make unit       the CMocka tests of core/ and sim/ (in make test, a seventh of test_moves)
#   make cli        the pytest tests of the command line, and the brute-force comparison
#   make netns      the pytest tests on the real kernel (skipped where that is not possible)
#   make brute      every interleaving of every world of the brute force, and other slow tests
#   make xcheck     the explorer held to SPIN and Rumur: states, transitions, verdicts
#   make golden     the reports of tests/golden, and words of schemas, anew: read them as a diff
#   make conform    every scenario held to the real kernel, those among them that take minutes
#   make libvirt-deps     Debian's libvirtd, for --on libvirt; nothing of it is started
#   make conform-libvirt  scenarios held to that libvirtd, transition by transition
#   make vm-deps         Debian's kernel with Open vSwitch's module, for --on vm: not installed
#   make conform-vm      scenarios held to that kernel in a virtual machine (VM="SCENARIO...",
#                        COVER=transitions for each of them)
#   make libvirtd         another one, from source (SOURCE=9.0.0 INTO=folder PATCHES="...")
#   make conform-releases libvirt 7.0.0, 11.3.0, a patched 9.0.0: built, held to their policies
#   make sanitize   unit tests, bad input and the whole matrix under ASan and UBSan
#   make threads    a search with many threads under ThreadSanitizer
#   make hunt       random scenarios and policies, for a minute, or a third of one in make test
#                   (HUNT="--seed 2 --seconds 600")
#   make coverage   which lines and branches of core/ and sim/ no test reaches: a failure if they
#                   are more than its limits allow (HTML=FOLDER: as pages, too)
#   make mutants    each small mistake in the oracles has to be noticed (MUTANTS="--one-in 10")
#   make fuzz       libFuzzer's targets, ten minutes each (SECONDS=3600 TARGETS="trace scenario")
#   make fuzz-quick the same for some seconds each, and a mistake planted in each reader
#   make failures   each allocation of small runs fails in turn: minutes
#   make clang      a build with clang's warnings as errors
#   make tidy       clang-tidy
#   make bench      schedules forced on the real kernel in a second, in 1 to 64 namespaces
#   make bench-search  the same worlds searched by tapweave, SPIN and Rumur, in turn, and a plot
#                   (WORLDS="4x1 3x2": guests x rounds)
#   make style      lengths of files, functions and lines; what core/ may include
#   make circles    files that call each other in a circle, as the compiler's output has it
#   make compare    every result against that of BASE, an earlier revision, byte for byte
#   make diagrams   the machines' tables as SVG (needs graphviz), in build/
#   make clean
#
# make, make install and make uninstall only name Debian packages that are missing.  The others
# install them where that is possible, and name them otherwise (.ci/packages).

# Without them it does not look for a way to make every header.
MAKEFLAGS += --no-builtin-rules
# What is made in several steps is not there until the last one has been taken.
.DELETE_ON_ERROR:

BUILD := build
PYTHON = $(shell for p in /usr/bin/python3 python3; do \
	$$p -c 'import pytest, yaml' 2>/dev/null && echo $$p && break; done)
PYTEST = PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m pytest -q -p no:cacheprovider

LIBRARIES := yaml-0.1 jansson libxxhash gmp libmd libmnl libnftables libxml-2.0
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wredundant-decls -Wswitch-enum -Werror
COMPILE := -std=c11 -D_POSIX_C_SOURCE=200809L -I. $(WARNINGS)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-DTAPWEAVE_INVARIANTS
OPTIMIZE := -O2 -g
CFLAGS ?=
# Functions are looked up once at the start, and not again in each process that is forked.
LDLIBS = $(shell pkg-config --libs $(LIBRARIES)) -pthread -Wl,-z,now
# As many compilers as processors, unless whoever calls make has said how many.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
PARALLEL = +@$(MAKE) --no-print-directory $(JOBS)

SOURCES := $(sort $(wildcard core/*.c sim/*.c harness/*.c harness/real/*.c \
	harness/libvirt/*.c harness/vm/*.c harness/export/*.c harness/formats/*.c \
	harness/draw/*.c harness/describe/*.c harness/record/*.c harness/html/*.c \
	harness/new/*.c harness/live/*.c))
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
SCENARIOS := $(sort $(wildcard scenarios/*.yaml))
# Any number of guests takes minutes.
QUICK_SCENARIOS := $(filter-out scenarios/any-number.yaml,$(SCENARIOS))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
# All builds share it.
TRACED := build/traced.o
LIBRARY := $(BUILD)/library.a
UNIT := $(UNIT_SOURCES:%.c=$(BUILD)/%)

.PHONY: all run test unit cli brute netns conform sanitize clang tidy style circles bench diagrams
.PHONY: hunt golden compare clean first second beside xcheck threads bench-search kernel
.PHONY: packages test-packages libvirt-deps libvirtd conform-libvirt conform-releases
.PHONY: vm-deps conform-vm deps coverage mutants failures
all: packages
	$(PARALLEL) $(BUILD)/tapweave $(LIBRARY) $(MAN)

run: deps
	@$(MAKE) --no-print-directory all
	@$(BUILD)/tapweave check --all-policies $(QUICK_SCENARIOS)

test:
	@.ci/packages run test libvirt vm
	@$(MAKE) --no-print-directory -j2 first kernel
	@$(MAKE) --no-print-directory -j2 second beside
	@$(MAKE) --no-print-directory HUNT="$(or $(HUNT),--seconds 20)" hunt

# Without MAKEFLAGS a make shares no number of jobs with what runs beside it.
first:
	@MAKEFLAGS= $(MAKE) --no-print-directory all style circles
	@MAKEFLAGS= TAPWEAVE_ONE_IN=$(or $(TAPWEAVE_ONE_IN),7) $(MAKE) --no-print-directory unit

second:
	@$(MAKE) --no-print-directory cli
	@$(MAKE) --no-print-directory netns

# What only computes, where others leave a processor idle: the tests of the command line do at their
# end, and those on the real kernel wait for a third of their time.  What it says comes in one
# piece, at its end.
beside:
	@said=$$(for target in sanitize threads clang fuzz-quick tidy; do \
		MAKEFLAGS= nice -n 19 $(MAKE) --no-print-directory NODES=$(QUICK_NODES) $$target || exit; \
		done 2>&1); ended=$$?; echo "$$said"; exit $$ended

packages:
	@.ci/packages check run

deps:
	@.ci/packages run install

test-packages:
	@.ci/packages run test libvirt vm
	@harness/vm/fetch-kernel $(BUILD)/vm

kernel:
	@harness/vm/fetch-kernel $(BUILD)/vm

libvirt-deps:
	@.ci/packages libvirt

vm-deps:
	@.ci/packages vm
	@harness/vm/fetch-kernel $(BUILD)/vm

# Two at a time, and what each has said in one piece.  Those that fail are named at the end, too.
unit:
	$(PARALLEL) $(UNIT)
	@rm -f $(BUILD)/unit-failed
	@printf '%s\n' $(UNIT) | xargs -P2 -n1 sh -c 'said=$$("$$0" 2>&1) || \
		echo "$$0 fails: what it said is above" >>$(BUILD)/unit-failed; echo "$$said"'
	@! cat $(BUILD)/unit-failed 2>/dev/null

# The Python is looked for again: a package that has just been installed may have brought it.  One
# process of tests for each processor.
cli: all
	@$(MAKE) --no-print-directory pytest PYTEST_ARGS="-n auto tests"

brute: test-packages all
	@$(MAKE) --no-print-directory pytest \
		PYTEST_ARGS="-n auto tests/test_brute.py tests/test_add_a_policy.py tests/test_crowd.py \
		tests/test_deb.py tests/test_more_guests.py --walk-all"

xcheck: test-packages all
	@$(PYTHON) tests/xcheck.py --binary $(BUILD)/tapweave $(CELLS)

golden: all
	@$(MAKE) --no-print-directory pytest \
		PYTEST_ARGS="tests/test_golden.py tests/test_schemas.py --rewrite -k 'as_it_was or words_are'"
	@git --no-pager diff --stat tests/golden docs/schemas

# One more process of tests than there are processors: they wait for a third of their time.
netns: all $(BUILD)/libvirt-cache
	@$(MAKE) --no-print-directory pytest \
		PYTEST_ARGS="-n $$(( $$(nproc) + 1 )) netns-tests -m 'not large'"

conform: test-packages all
	@$(MAKE) --no-print-directory pytest PYTEST_ARGS="-n auto -v netns-tests/test_conform.py"

conform-libvirt: test-packages all $(BUILD)/libvirt-cache
	@$(MAKE) --no-print-directory pytest \
		PYTEST_ARGS="-n 2 -v netns-tests/test_conform_libvirt.py"

# Those with a bridge of the kernel's datapath, if none are named: a machine for each, as many of
# them at a time as there are processors.
VM ?= $(shell $(PYTHON) netns-tests/system_scenarios.py)
COVER ?= network
conform-vm: vm-deps all
	@printf '%s\n' $(VM) | xargs -P$(shell nproc) -n1 sh -c 'said=$$($(BUILD)/tapweave conform \
		--on vm --cover $(COVER) "$$0" 2>&1); ended=$$?; echo "$$said"; exit $$ended'

# What a libvirtd has found out of QEMU, for the next one (docs/libvirt.md).
$(BUILD)/libvirt-cache:
	@mkdir -p $@

SOURCE ?= 9.0.0
libvirtd:
	@netns-tests/libvirt/build $(SOURCE) $(or $(INTO),$(BUILD)/libvirtd/$(notdir $(SOURCE))) $(PATCHES)

conform-releases: test-packages all $(BUILD)/libvirt-cache
	@$(MAKE) --no-print-directory pytest PYTEST_ARGS="-v netns-tests/test_libvirt_releases.py"

# Whoever runs this in the background or under nohup has signals ignored, which the tests send.
.PHONY: pytest
pytest:
	@env --default-signal=INT,HUP TAPWEAVE=$(abspath $(BUILD)/tapweave) $(PYTEST) $(PYTEST_ARGS)

SANITIZED := OPTIMIZE="-O1 -g1" CFLAGS="$(SANITIZE)"

sanitize:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitize $(SANITIZED) sanitized

.PHONY: sanitized
sanitized: export TAPWEAVE_ONE_IN := 11
sanitized: unit
	$(PARALLEL) $(BUILD)/tapweave
	@$(BUILD)/tapweave check --all-policies $(QUICK_SCENARIOS) >/dev/null
	@$(MAKE) --no-print-directory pytest PYTEST_ARGS="-n auto tests/test_bad_input.py"

# What threads do side by side is all in core/ and sim/.
threads:
	$(PARALLEL) BUILD=$(BUILD)/threads SOURCES="$(filter core/% sim/%,$(SOURCES))" \
		CFLAGS=-fsanitize=thread $(patsubst %,$(BUILD)/threads/tests/unit/test_%,crew team)
	@$(BUILD)/threads/tests/unit/test_team >/dev/null && \
		$(BUILD)/threads/tests/unit/test_crew >/dev/null && echo "threads: no race"

hunt: test-packages all
	$(PARALLEL) BUILD=$(BUILD)/sanitize $(SANITIZED) $(BUILD)/sanitize/tapweave
	@$(PYTHON) tests/hunt.py --binary $(BUILD)/tapweave --sanitized $(BUILD)/sanitize/tapweave \
		$(HUNT)

# Without optimization each line is there, and warns of what never happens.
coverage: test-packages
	@.ci/packages coverage
	$(PARALLEL) BUILD=$(BUILD)/coverage OPTIMIZE=-O0 WARNINGS= LDFLAGS=--coverage \
		COUNTED="--coverage -fprofile-update=atomic" $(BUILD)/coverage/tapweave \
		$(UNIT_SOURCES:%.c=$(BUILD)/coverage/%)
	@$(PYTHON) tests/coverage.py --build $(BUILD)/coverage $(if $(HTML),--html $(HTML))

mutants: test-packages all
	@$(PYTHON) tests/mutants.py --build $(BUILD) $(MUTANTS)

# Its objects are those of make fuzz.
clang:
	$(PARALLEL) CC=clang BUILD=$(BUILD)/clang $(INSTRUMENTED) $(BUILD)/clang/tapweave

# Nearly all of its time goes into paths through functions: up to so many nodes of each one are
# looked at.  225000 is clang's own limit; make test looks at a fifteenth of them.
NODES := 225000
QUICK_NODES := 15000
tidy:
	@printf '%s\n' $(SOURCES) | xargs -P2 -n4 sh -c 'clang-tidy --quiet "$$@" -- $(COMPILE) $(XML) \
		-Xclang -analyzer-config -Xclang max-nodes=$(NODES) 2>/dev/null' sh && \
		echo "tidy: no warning"

failures: test-packages all
	@$(MAKE) --no-print-directory pytest PYTEST_ARGS="-n auto tests/test_no_memory.py --walk-all"

compare: all
	@$(or $(PYTHON),python3) tests/compare.py $(or $(BASE),HEAD) \
		$(if $(BASE),--changed tests/compare_changed.txt)

style:
	@$(PYTHON) tests/style.py

circles: all
	@$(PYTHON) tests/circles.py $(OBJECTS)

bench: all
	@$(or $(PYTHON),python3) bench/conform.py

# WORLDS="4x1 3x2": of so many guests, which start and stop so many times.
bench-search: all
	@.ci/packages bench
	@$(or $(PYTHON),python3) bench/search.py --plot $(BUILD)/search.svg $(WORLDS)

diagrams: all
	@$(BUILD)/tapweave list machines | \
		csplit -sz -f $(BUILD)/machine -b %d.dot - '/^digraph/' '{*}'
	@for d in $(BUILD)/machine*.dot; do dot -Tsvg -o $${d%.dot}.svg $$d; done

$(BUILD)/tapweave: $(OBJECTS) $(TRACED)
	@echo "  LD $@"
	@$(CC) $(OPTIMIZE) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The tests' own code is short: compiling it costs more than running it, but for two.
$(BUILD)/tests/unit/%.o: override OPTIMIZE := -O0 -g1
$(BUILD)/tests/unit/test_moves.% $(BUILD)/tests/unit/test_invariant.%: override OPTIMIZE := -O1 -g1

# Of a build for `make coverage`, what is counted.
$(BUILD)/core/%.o $(BUILD)/sim/%.o: override CFLAGS += $(COUNTED)

# Its headers are in a folder of their own.
XML = $(subst -I,-isystem ,$(shell pkg-config --cflags libxml-2.0))
$(BUILD)/harness/formats/junit.o: override CFLAGS += $(XML)

# Memory fails where it says.
$(addprefix $(BUILD)/tests/unit/test_,course no_memory no_memory_graph): \
	override LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
# Nor are threads to be had; and the model is wrong.
$(BUILD)/tests/unit/test_no_threads: override LDFLAGS += -Wl,--wrap=pthread_create
$(BUILD)/tests/unit/test_wrong_model: \
	override LDFLAGS += -Wl,--wrap=order_audit,--wrap=order_go_on

# A view says what it says in no world.
$(BUILD)/tests/unit/test_crowd_bounds: override LDFLAGS += \
	-Wl,--wrap=view_look,--wrap=view_project,--wrap=view_fresh,--wrap=orphans_add

# Parts of a check that other sources have decided are not put together.
DECIDING = $(sort $(wildcard core/*.[ch] sim/*.[ch] harness/*.[ch]))
$(BUILD)/harness/shard_file.o: $(DECIDING)
$(BUILD)/harness/shard_file.o: override CFLAGS += \
	-DTAPWEAVE_SOURCES='"$(shell cat $(DECIDING) | sha256sum | cut -c1-16)"'

# What is embedded.
$(BUILD)/harness/html/page.o: $(addprefix harness/html/,page.html page.css page.js story.js)

$(BUILD)/%.o: %.c
	@echo "  CC $<"
	@mkdir -p $(@D)
	@$(CC) $(COMPILE) $(OPTIMIZE) $(CFLAGS) -MMD -MP -c -o $@ $<

# What a step and an oracle are made of, once more, with a call at each access to memory
# (sim/access.h).  All its symbols get a prefix, but for what the C library has.
TRACED_SOURCES := $(wildcard core/*.c) $(addprefix sim/, actor.c carry_out.c delayed.c fault.c \
	guest_thread.c kernel.c oracle.c oracle_set.c outage.c ovs.c process.c reference.c rename.c \
	state.c third_party.c victim.c)
STRINGS := strlen strcmp strncmp strchr strpbrk snprintf strtoul __errno_location
CALL_ALWAYS := asan-instrumentation-with-call-threshold=0
WATCH := -fsanitize=kernel-address -fno-builtin \
	$(if $(findstring clang,$(CC)),-mllvm -$(CALL_ALWAYS) -mllvm -asan-globals=0 \
	-mllvm -asan-stack=0,--param $(CALL_ALWAYS))

build/traced/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(COMPILE) -O1 $(WATCH) -MMD -MP -c -o $@ $<

build/traced.o: $(TRACED_SOURCES:%.c=build/traced/%.o)
	@echo "  LD $@"
	@$(CC) -r -nostdlib -o $@ $^
	@objcopy --prefix-symbols=traced_ $@
	@objcopy $(foreach name,$(STRINGS),--redefine-sym traced_$(name)=$(name)) $@

# Of which each unit test, and each model that SPIN searches, is linked with what it needs.
$(LIBRARY): $(filter-out $(BUILD)/harness/main.o,$(OBJECTS)) $(TRACED)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	@echo "  LD $@"
	@$(CC) $(OPTIMIZE) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

include harness/install/install.mk $(wildcard tests/fuzz/fuzz.mk)

clean:
	rm -rf $(BUILD)

.SECONDARY:
-include $(OBJECTS:.o=.d) $(UNIT:=.d) $(TRACED_SOURCES:%.c=build/traced/%.d)
