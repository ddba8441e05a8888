# Everything that one does with Weir's source. `make` alone lists it. docs/building.md tells more.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

JOBS ?= $(shell nproc)
RELEASE := build/release
SEED ?= 1
ACCOUNTS ?= 1500
MONTHS ?= 24
# In the middle of a quarter, as most looks at a company are.
UNTIL ?= 2026-11-20
COMPANY = build/demo/$(SEED)-$(ACCOUNTS)-$(MONTHS)-$(UNTIL)

# A Node fetched by scripts/setup stands before the system's.
export PATH := $(CURDIR)/build/deps/node/bin:$(PATH)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What must be there ------------------------------------------------------------------------------------------

.PHONY: setup setup-test setup-check
setup: ## Install what building needs (Debian packages, DuckDB, Node where it is too old)
	@scripts/setup build
setup-test:
	@scripts/setup test
setup-check:
	@scripts/setup check

# The web page ------------------------------------------------------------------------------------------------

web_files := $(shell [ -f web/package.json ] && find web \( -name node_modules -o -name dist \
  -o -name test-results \) -prune -o -type f -print)

.PHONY: web
ifneq ($(wildcard web/package.json),)
web: web/dist/index.html ## Build the web page into web/dist

web/node_modules/.installed: web/package.json web/package-lock.json | setup
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(web_files) web/node_modules/.installed
	@cd web && npm run --silent build
	@touch $@
else
web:
	@:
endif

# The program -------------------------------------------------------------------------------------------------

.PHONY: build program
build: setup web program ## Build the program: build/weir

program:
	@[ -f $(RELEASE)/build.ninja ] || scripts/configure release WEIR_TESTS=OFF
	@scripts/configure release
	@cmake --build $(RELEASE) -j $(JOBS) --target weir
	@ln -sfn release/bin/weir build/weir

.PHONY: demo
demo: build ## Build, simulate a company, import it and serve its page (SEED=1 ACCOUNTS=1500 MONTHS=24)
	@[ -d $(COMPANY)/exports ] || { rm -rf $(COMPANY) && mkdir -p $(COMPANY) && \
	  build/weir simulate $(COMPANY)/.exports --seed $(SEED) --accounts $(ACCOUNTS) --months $(MONTHS) \
	    --until $(UNTIL) && \
	  mv $(COMPANY)/.exports $(COMPANY)/exports; }
	@build/weir --home $(COMPANY)/workspace up $(COMPANY)/exports/export-*

.PHONY: package test-package
package: build ## Make a .deb and a portable archive in build/packages
	@packaging/make $(RELEASE)

test-package: ## Unpack the packages in a clean Debian and start them
	@packaging/test

# Checks ------------------------------------------------------------------------------------------------------

.PHONY: test
test: setup-test web ## Run every test: C++, HTTP, web unit, browser
	@scripts/configure release WEIR_TESTS=ON
	@cmake --build $(RELEASE) -j $(JOBS)
	@ln -sfn release/bin/weir build/weir
	@scripts/test $(if $(RECORD),--record $(RECORD))

.PHONY: test-tap
test-tap: build ## Feed Weir from a real Singer tap over PostgreSQL; says so where they cannot be had
	@tests/singer_tap/feed_from_tap

.PHONY: test-bucket
test-bucket: build ## Pull from a real S3 server (moto); says so where it cannot be had
	@tests/buckets/from_a_real_server

.PHONY: bench
bench: setup-test ## Run the benchmarks
	@scripts/configure bench
	@cmake --build build/bench -j $(JOBS) --target benchmarks
	@scripts/bench

.PHONY: bench-size
bench-size: build setup-test ## Measure Weir at the size of a large company (half an hour, 15 GB of disk)
	@scripts/configure bench
	@cmake --build build/bench -j $(JOBS) --target bench_store_tables
	@bench/size

.PHONY: fuzz
fuzz: setup-check ## Fuzz every parser for a minute each (SECONDS_EACH=60)
	@scripts/configure fuzz
	@cmake --build build/fuzz -j $(JOBS) --target fuzzers
	@scripts/fuzz

.PHONY: soak
soak: setup-check web ## Run what takes hours: long fuzzing, many seeds, all sanitizers
	@scripts/soak

.PHONY: format
format: setup-check ## Format the C++ sources
	@git ls-files -z '*.cc' '*.h' | xargs -0 -r clang-format-19 -i

.PHONY: lint
lint: setup-check ## Check format, SQL, layers, docs links and more
	@scripts/lint

.PHONY: tidy
tidy: setup-check ## Run clang-tidy on every C++ source
	@scripts/tidy --all

.PHONY: clean
clean: ## Remove what was built; what was fetched stays
	@find build -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} +
	@rm -rf web/dist
