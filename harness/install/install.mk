# make install and make uninstall: docs/install.md.  Included by the Makefile.
#
# PREFIX is where tapweave is to be, and DESTDIR a folder that stands for / meanwhile.

PREFIX ?= /usr/local
# Below PREFIX, where zsh looks for completions.  Debian has another one for those of its packages.
ZSH_FOLDER ?= share/zsh/site-functions
TO = $(DESTDIR)$(PREFIX)

SCHEMAS := $(sort $(wildcard docs/schemas/*.json))
# In the folders that they are in here, so that their links lead somewhere.
PAGES := README.md LICENSE $(filter-out $(SCHEMAS),$(shell find docs -type f | LC_ALL=C sort))
# Without scdoc there are no man pages.
MAN = $(if $(shell command -v scdoc),$(BUILD)/man/made)
COMPLETIONS = share/bash-completion/completions/tapweave $(ZSH_FOLDER)/_tapweave
# All that is installed, below PREFIX; of the man pages what a shell expands to their names.
INSTALLED = bin/tapweave share/tapweave/fetch-kernel $(SCENARIOS:%=share/tapweave/%) \
	$(SCHEMAS:docs/%=share/tapweave/%) $(PAGES:%=share/doc/tapweave/%) $(COMPLETIONS) \
	share/man/man1/tapweave.1 share/man/man1/tapweave-*.1 share/man/man5/tapweave-scenario.5

.PHONY: install uninstall
install: all
	@install -D -m 755 $(BUILD)/tapweave "$(TO)/bin/tapweave"
	@install -D -m 755 harness/vm/fetch-kernel "$(TO)/share/tapweave/fetch-kernel"
	@install -D -m 644 -t "$(TO)/share/tapweave/scenarios" $(SCENARIOS)
	@for page in $(PAGES); do \
		install -D -m 644 $$page "$(TO)/share/doc/tapweave/$$page" || exit; done
	@install -D -m 644 -t "$(TO)/share/tapweave/schemas" $(SCHEMAS)
	@$(BUILD)/tapweave describe bash | install -D -m 644 /dev/stdin "$(TO)/$(word 1,$(COMPLETIONS))"
	@$(BUILD)/tapweave describe zsh | install -D -m 644 /dev/stdin "$(TO)/$(word 2,$(COMPLETIONS))"
	@$(if $(MAN),install -D -m 644 -t "$(TO)/share/man/man1" $(BUILD)/man/*.1 && \
		install -D -m 644 -t "$(TO)/share/man/man5" $(BUILD)/man/*.5,\
		echo "no man pages are installed: scdoc is missing; make deps installs it" >&2)

$(BUILD)/man/made: $(BUILD)/tapweave docs/scenarios.md harness/install/pages harness/install/page.awk
	@rm -rf $(@D)
	@harness/install/pages $(BUILD)/tapweave $(@D)
	@touch $@

# A folder goes, too, if nothing else is in it; one that is not below PREFIX never does.
uninstall:
	@if [ -d "$(TO)" ]; then cd "$(TO)" && for file in $(INSTALLED); do \
		rm -f $$file || exit; rmdir -p $$(dirname $$file) 2>/dev/null || :; done; fi

# A Debian package, in build/deb/, of the files that git knows: built by debhelper, read by lintian.
VERSION = $(shell sed -n 's/^.define USAGE_VERSION "\(.*\)"/\1/p' harness/usage.h)
# Of the package, as "NAME <ADDRESS>"; whose commit is the last one, if nobody says otherwise.
MAINTAINER ?= $(shell git log -1 --format='%an <%ae>')
DEB = $(BUILD)/deb/tapweave-$(VERSION)
.PHONY: deb
deb:
	@.ci/packages run install deb
	@rm -rf $(BUILD)/deb && mkdir -p $(DEB)
	@git ls-files -z | xargs -0 cp --parents -t $(DEB)
	@export SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)}; \
		cd $(DEB) && harness/install/debian $(VERSION) "$(MAINTAINER)" && \
		MAKEFLAGS= dpkg-buildpackage -us -uc -b >../log 2>&1 || { tail -n 30 ../log >&2; exit 1; }
	@lintian --fail-on error,warning $(BUILD)/deb/tapweave_*.changes
	@ls $(BUILD)/deb/*.deb
