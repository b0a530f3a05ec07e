# make study = the Innovation Region on the screen and in files; make test = all tests.
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready
BENCH = .venv-bench/bin
DATA ?= ../shared/data
NUMBER ?= 300
SEED ?= 1
UNCOMPILED = tests/geo -k "either_side or brute_force or test_manhattan or test_links_within or test_reach or test_local_roads or test_timetable"

.PHONY: sbom study test coverage mutants trust lint types wheel bench bench-long bench-scale peers lock pictures clean

study: $(READY)  ## build every layer, the first study, maps and files into out/
	$(BIN)/innoregion build --out out

test: $(READY)  ## run all tests, a process a core
	$(BIN)/pytest -n auto --dist loadfile

coverage: $(READY)  ## run all tests and say which branches none took; fails below the floors in pyproject
	rm -rf out/coverage && mkdir -p out/coverage
	$(BIN)/coverage run -m pytest -n auto --dist loadfile
	NUMBA_DISABLE_JIT=1 $(BIN)/coverage run -m pytest $(UNCOMPILED)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet -o out/coverage/report.json
	$(BIN)/python tests/covered.py out/coverage/report.json pyproject.toml

mutants: $(READY)  ## change the core in NUMBER small ways, drawn with SEED, and say which no test notices; after make coverage
	$(BIN)/python -m tests.trust.mutants --number $(NUMBER) --seed $(SEED)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

wheel: $(READY)  ## build the wheel and look inside: exactly the four packages
	rm -rf dist
	$(BIN)/hatchling build -t wheel
	$(BIN)/python tests/wheel_contents.py dist/*.whl

sbom: $(READY)  ## what the package is made of, as CycloneDX: versions, hashes, licences, and the GDALs that are loaded
	$(BIN)/python -m tests.sbom sbom.cdx.json

pictures: $(READY)  ## the screenshots of README, from the maps of the study (needs chromium)
	$(BIN)/python tests/pictures.py

trust: $(READY)  ## what the README promises, tried at length, in one table: hours; TRIALS="name" for some; DATA = real cities
	DATA=$(DATA) $(BIN)/python -m tests.trust.table $(TRIALS)

bench: .venv-bench/.ready  ## compare speed with other tools, about 20 minutes; DATA = folder of the real inputs (benchmarks/table.py)
	$(BENCH)/python benchmarks/table.py $(DATA)

bench-long: .venv-bench/.ready  ## the comparisons that take hours
	$(BENCH)/python benchmarks/table.py $(DATA) --long

bench-scale: .venv-bench/.ready  ## how far one machine goes: growth up to a million street nodes, workers, memory, other tools
	$(BENCH)/python benchmarks/scale.py

peers: .venv-bench/.ready  ## compare results with other tools: tests that skip where a tool is not installed
	$(BENCH)/python -m pytest tests/peers -rs

bench-maps: $(READY)  ## pages of large layers in Chromium beside plain folium, about 5 minutes (needs chromium)
	$(BIN)/python benchmarks/map_pages.py

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "innoregion needs Python 3.11 or newer: make PYTHON=python3.12 study"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "this Python has no venv: on Debian, apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv-bench/.ready: requirements.lock pyproject.toml  # apart from .venv, for other tools bring packages of their own
	$(PYTHON) -m venv .venv-bench
	$(BENCH)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BENCH)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BENCH)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[bench]' \
		|| echo "Not all tools of the group bench can be installed here: the table is made without them."
	$(BENCH)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[peers]' \
		|| echo "Not all tools of the group peers can be installed here: their tests are skipped."
	@touch $@

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile --universal --fork-strategy fewest --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --extra test --extra postgis --extra cluster --extra dev pyproject.toml --output-file requirements.lock

clean:  ## also the compiled kernels: numba does not notice when a kernel that another one calls has changed
	rm -rf .venv .venv-bench out dist
	find geo analyses -name "*.nb[ic]" -delete
