# The two commands: `make demo` and `make test`. Each sets up what it needs in .venv, once.
.PHONY: demo test test-browser lint app bench bench-encoder bench-attacks bench-hostile bench-reading bench-triage bench-duplicates bench-archive bench-peers bench-scale bench-slopes bench-service mutants docs notebooks clean

# The distribution's comes first where it can make environments: it is compiled with profiles, and asks for an eighth to
# a fifth less processor time than one of the same version that was compiled without, as version managers compile it.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(shell /usr/bin/python3 -c 'import ensurepip; $(RECENT)' 2>/dev/null && echo /usr/bin/python3) \
	$(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c '$(RECENT)' 2>/dev/null && echo $(p))))
BIN := .venv/bin
# OpenMP threads that spin while waiting slow everything down beside a busy neighbour.
export OMP_WAIT_POLICY := PASSIVE
export OPENBLAS_NUM_THREADS := 1

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed: https://www.python.org"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(PIP) pip

# Modules are compiled when they are first imported: most of what comes along never is, and all of it takes a minute.
# The pip of the constraints in place of the one that Python brings: an old one takes twice as long for the rest.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

# What matching needs, and what the tests need besides: the page, other models, the service.
.venv/core: .venv/bin/python pyproject.toml constraints.txt
	@test .venv/installed -nt pyproject.toml || { echo "正在安装（约一分钟） / installing, about a minute"; \
		$(PIP) -e . ; }
	@touch $@

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "正在安装测试所需（约两分钟） / installing what the tests need, about two minutes"
	@$(PIP) -e '.[dev]'
	@touch $@

demo: .venv/core
	@$(BIN)/matcher demo

STYLE = $(BIN)/ruff check . && $(BIN)/ruff format --check .

# One thread in each of the two processes. In the order of tests/conftest.py: by number of tests, the files of a few
# long ones would come last, on one core. The types, a minute of one core, are checked beside them and told behind them.
test: .venv/installed
	$(STYLE)
	@types=$$(mktemp); $(BIN)/mypy > "$$types" 2>&1 & beside=$$!; tests=0; typed=0; \
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder || tests=$$?; \
	wait $$beside || typed=$$?; cat "$$types"; rm "$$types"; exit $$((tests + typed))

# The page in a real browser; skipped with the reason where there is no Chromium. MARKS=browser adds the long flows.
MARKS ?= browser and not long
test-browser: .venv/installed
	$(BIN)/python -m pytest -m "$(MARKS)" -rs tests/browser

lint: .venv/installed
	$(STYLE)
	$(BIN)/mypy

app: .venv/installed
	$(BIN)/matcher app

bench: .venv/installed
	$(BIN)/python -m tests.bench

# Needs the public evaluation sets; EVALUATION names their folder, ENCODERS other models to set beside ours.
EVALUATION ?= ../shared/public_eval
bench-encoder: .venv/installed
	$(BIN)/python -m training.evaluate --evaluation $(EVALUATION) $(ENCODERS)

# ROWS proposals of each guide: 60 take some fifteen minutes of one core, 20 five.
ROWS ?= 60
bench-attacks: .venv/installed
	$(BIN)/python -m tests.bench_attacks --rows $(ROWS)

# 21,000 seeded inputs, 300 kills, and every command through every fault, in at most ten minutes.
bench-hostile: .venv/installed
	$(BIN)/python -m tests.bench_hostile
	MATCHER_FAULTS=1 $(BIN)/python -m pytest tests/test_faults.py

bench-reading: .venv/installed
	$(BIN)/python -m tests.bench_reading

bench-triage: .venv/installed
	$(BIN)/python -m tests.bench_triage

bench-duplicates: .venv/installed
	$(BIN)/python -m tests.bench_duplicates

# Beside e5 with FAISS, txtai, BM25, semhash and MinHash; E5 names the folder of e5-small as it is (training/README.md).
E5 ?=
bench-peers: .venv/installed
	$(PIP) -e '.[peers]'
	$(BIN)/python -m tests.bench_peers $(if $(E5),--e5 $(E5))

# One process beside two workers of a Dask cluster; run on a quiet machine.
bench-scale: .venv/installed
	$(BIN)/python -m tests.bench_scale

# How time and memory grow with proposals, topics and earlier submissions; a run that was stopped goes on.
# Needs the public corpora, as bench-archive below. Delete docs/slopes.jsonl to measure anew.
bench-slopes: .venv/installed
	$(BIN)/python -m tests.bench_slopes --corpora $(CORPORA)

# Twenty clients against `matcher serve` for SECONDS (60), then a thousand hostile requests.
bench-service: .venv/installed
	$(BIN)/python -m tests.bench_service

# Needs the public corpora; CORPORA names their folder. A million submissions take hours on a busy machine.
CORPORA ?= ../shared/corpora
bench-archive: .venv/installed
	$(BIN)/python -m tests.bench_archive kills
	$(BIN)/python -m tests.bench_archive scale --corpora $(CORPORA)

# Whether the tests would tell a change of what decides, a minute or two for each of MODULES (all that pyproject.toml names):
# make mutants MODULES="matcher.matching.rank matcher.guide.offices.contacts"
MODULES ?=
mutants: .venv/installed
	$(PIP) -e '.[mutants]'
	$(BIN)/python -m tests.mutants $(MODULES)

# Runs both notebooks on all rows, keeps their outputs, and draws docs/quality.png.
docs: .venv/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

notebooks: .venv/installed
	$(BIN)/python -m tests.notebooks

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
