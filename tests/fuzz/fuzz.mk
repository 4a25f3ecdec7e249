# make fuzz and make fuzz-quick: docs/hardening.md.  Included by the Makefile.
#
# SECONDS is how long each target runs, and TARGETS which do.

FUZZ_NAMES := $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
FUZZERS := $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/fuzz_%)
FUZZ_SHARED := reader json_mutator
TARGETS ?= $(FUZZ_NAMES)
SECONDS ?= 600

# A clang with libFuzzer, by which alone these are built.
HAS_FUZZER = $(shell echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null && echo yes)
# make clang has the same objects: clang's warnings do not depend on what it makes.
INSTRUMENTED = OPTIMIZE="-O1 -g1" CFLAGS="$(SANITIZE) $(if \
	$(HAS_FUZZER),-fsanitize=fuzzer-no-link)"

.PHONY: fuzz fuzz-quick fuzzers
fuzz: all
	@$(if $(HAS_FUZZER),$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/clang \
		$(INSTRUMENTED) fuzzers && $(PYTHON) tests/fuzz/run.py --binary $(BUILD)/tapweave \
		--fuzzers $(BUILD)/clang/tests/fuzz --seconds $(SECONDS) $(TARGETS),\
		echo "fuzz: skipped: this clang has no libFuzzer")

# And each reader in turn with a mistake in it, which has to be found.
fuzz-quick:
	@$(MAKE) --no-print-directory SECONDS=3 fuzz
	$(if $(HAS_FUZZER),@$(MAKE) --no-print-directory pytest PYTEST_ARGS="-n auto \
		tests/fuzz/planted.py")

fuzzers:
	$(PARALLEL) $(FUZZERS)

$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o \
		$(FUZZ_SHARED:%=$(BUILD)/tests/fuzz/%.o) $(LIBRARY)
	@echo "  LD $@"
	@$(CC) $(OPTIMIZE) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(FUZZERS:=.d) $(FUZZ_SHARED:%=$(BUILD)/tests/fuzz/%.d)
