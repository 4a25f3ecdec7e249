# make install and make uninstall: docs/install.md.  Included by the Makefile.
#
# PREFIX is where tapweave is to be, and DESTDIR a folder that stands for / meanwhile.

PREFIX ?= /usr/local
TO = $(DESTDIR)$(PREFIX)

SCHEMAS := $(sort $(wildcard docs/schemas/*.json))
# In the folders that they are in here, so that their links lead somewhere.
PAGES := README.md LICENSE $(filter-out $(SCHEMAS),$(shell find docs -type f | LC_ALL=C sort))
# All that is installed, below PREFIX.
INSTALLED = bin/tapweave share/tapweave/fetch-kernel $(SCENARIOS:%=share/tapweave/%) \
	$(PAGES:%=share/doc/tapweave/%)

.PHONY: install uninstall
install: all
	@install -D -m 755 $(BUILD)/tapweave "$(TO)/bin/tapweave"
	@install -D -m 755 harness/vm/fetch-kernel "$(TO)/share/tapweave/fetch-kernel"
	@install -D -m 644 -t "$(TO)/share/tapweave/scenarios" $(SCENARIOS)
	@for page in $(PAGES); do \
		install -D -m 644 $$page "$(TO)/share/doc/tapweave/$$page" || exit; done

# A folder goes, too, if nothing else is in it; one that is not below PREFIX never does.
uninstall:
	@if [ -d "$(TO)" ]; then cd "$(TO)" && for file in $(INSTALLED); do \
		rm -f $$file || exit; rmdir -p $$(dirname $$file) 2>/dev/null || :; done; fi
