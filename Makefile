# Every line is a command one could type. A fresh machine needs Python 3.10 or newer, and make.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The arrays here are small: one thread each is faster than many that wait for one another.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: book test hooks package release-check dist runtime browser everyone lighthouse execute text \
    notebook chapter notebooks pdf epub zip workshop lab claims bench mutants serve lock clean

book: runtime                     ## build the book, strictly
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "Open _build/html/index.html"

test: hooks                       ## run every test and every notebook
	$(BIN)/pytest -n 2 --dist worksteal
	$(BIN)/python -m bookmaker.notebooks.derive
	$(BIN)/pytest --nbval --nbval-current-env --nbval-cell-timeout 300 \
	    chapters workshop _build/notebooks/student -n 2 --dist loadscope -p no:cacheprovider

hooks: $(VENV)/.book              ## run the hooks of .pre-commit-config.yaml on every tracked file
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/pre-commit run --all-files --show-diff-on-failure

package: $(VENV)/.book            ## run the package's tests and every notebook: for another Python
	$(BIN)/pytest collapse_utils tests/package -n 2 --dist loadscope
	$(BIN)/pytest --nbval-lax --nbval-current-env --nbval-cell-timeout 300 \
	    chapters workshop -n 2 --dist loadscope -p no:cacheprovider

release-check:                    ## all of it, for hours; WITHOUT="torch" leaves a part out
	bash .ci/run
	$(BIN)/python -m tests.release_check $(WITHOUT:%=--without %)

dist: $(VENV)/.book               ## pack the package into _build/dist as a release does, and check it
	rm -rf _build/dist
	$(BIN)/python -m build --outdir _build/dist
	$(BIN)/twine check --strict _build/dist/*

browser: $(VENV)/.book runtime    ## run every chapter in a browser: page, JupyterLite, students
	$(BIN)/pytest tests/browser/every_chapter.py -s -p no:cacheprovider

everyone: $(VENV)/.book           ## axe-core on every page: light, dark, on a desk, on a phone
	$(BIN)/pytest tests/browser/everyone.py -n 2 -p no:cacheprovider

lighthouse: book                  ## Lighthouse on three pages; needs node and a quiet machine
	$(BIN)/python -m tests.browser.lighthouse

runtime: $(VENV)/.book            ## fetch the Python for the pages; RUNTIME=--required insists
	$(BIN)/python -m bookmaker.live.runtime $(RUNTIME)

execute: $(VENV)/.book            ## run the notebooks whose outputs are out of date
	$(BIN)/python -m bookmaker.notebooks.execute --time

text: $(VENV)/.book               ## write a notebook as text to edit: make text NAME=random_walks
	$(BIN)/python -m bookmaker.notebooks.text $(NAME)

notebook: $(VENV)/.book           ## put the edited text back: make notebook NAME=random_walks
	$(BIN)/python -m bookmaker.notebooks.text $(NAME) --back

chapter: $(VENV)/.book            ## begin a chapter, or list what it lacks: make chapter NAME=new_one
	$(BIN)/python -m bookmaker.notebooks.chapter $(NAME)

notebooks: $(VENV)/.book          ## derive clean, student and instructor notebooks
	$(BIN)/python -m bookmaker.notebooks.derive

pdf: $(VENV)/.book                ## set the printed book, _build/copies-of-copies.pdf
	$(BIN)/python -m bookmaker.press.make pdf

epub: $(VENV)/.book               ## make the e-book, _build/copies-of-copies.epub, and check it
	$(BIN)/python -m bookmaker.press.make epub

zip: book                         ## pack pages, notebooks, package and data in one file
	$(BIN)/python -m bookmaker.notebooks.archive

workshop: book                    ## pack what a teacher needs into one file for a USB stick
	$(BIN)/python -m bookmaker.teach.usb_stick

lab: $(VENV)/.book                 ## open JupyterLab on the notebooks, boxes and formulas rendered
	$(BIN)/python -m bookmaker.notebooks.lab
	$(BIN)/jupyter lab --ServerApp.root_dir=_build/lab \
	    --LabApp.app_settings_dir=$(CURDIR)/_build/lab_settings

claims: $(VENV)/.book             ## check every claim again on ten other seeds
	$(BIN)/python -m bookmaker.ledger.other_seeds
	$(BIN)/python -m bookmaker.ledger.other_seeds --seeds 10

bench: $(VENV)/.book              ## time the package against literal loops, write reference/speed.md
	$(BIN)/python benchmarks/speed.py --write

mutants: $(VENV)/.book            ## change signs, divisors and indices; the tests must notice
	$(BIN)/python -m tests.support.mutants

serve: book                       ## show the book at http://localhost:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

lock: | $(BIN)/python             ## write requirements.lock anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5,<0.14"
	$(BIN)/python -m bookmaker.lock

clean:                            ## remove what was built; the notebooks' outputs stay
	rm -rf _build

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.book: requirements.lock pyproject.toml bookmaker/pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e . -e ./bookmaker
	@touch $@
