# tapweave: `make` builds build/tapweave, `make run` decides every scenario, `make test` runs every test.
# `make help` lists the rest.

CC ?= gcc
BUILD ?= build
PYTHON := $(shell for p in /usr/bin/python3 python3; do $$p -c 'import pytest, yaml' 2>/dev/null && echo $$p && break; done)

STD := -std=c11 -D_POSIX_C_SOURCE=200809L -I.
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
OPT ?= -O2 -g
PACKAGES := yaml-0.1 jansson libxxhash gmp libmd
CFLAGS += $(STD) $(WARN) $(OPT)
LDLIBS = $(shell pkg-config --libs $(PACKAGES))

CORE := $(wildcard core/*.c)
SIM := $(wildcard sim/*.c)
HARNESS := $(wildcard harness/*.c)
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(CORE) $(SIM) $(HARNESS))
LIBRARY := $(patsubst %.c,$(BUILD)/%.o,$(CORE) $(SIM) $(filter-out harness/main.c,$(HARNESS)))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))

.PHONY: all
all: $(BUILD)/tapweave

$(BUILD)/tapweave: $(OBJECTS)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: unit
unit: $(UNIT_TESTS)
	@set -e; for t in $(UNIT_TESTS); do $$t; done

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
