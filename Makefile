# Every line is a command one could type. A fresh machine needs Python 3.10 or newer, and make.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock

# The arrays here are small: one thread each is faster than many that wait for one another.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: book test runtime browser everyone lighthouse execute notebooks pdf epub zip workshop lab \
    claims bench mutants serve lock clean

book: runtime                     ## build the book, strictly
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "Open _build/html/index.html"

test: $(VENV)/.test               ## run every test and every notebook
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n 2 --dist loadscope
	$(BIN)/python book/derive.py
	$(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout 300 \
	    chapters workshop _build/notebooks/student -n 2 --dist loadscope -p no:cacheprovider

browser: $(VENV)/.test runtime    ## run every chapter in a browser: page, JupyterLite, students
	$(BIN)/python -m pytest tests/every_chapter.py -s -p no:cacheprovider

everyone: $(VENV)/.test           ## axe-core on every page: light, dark, on a desk, on a phone
	$(BIN)/python -m pytest tests/everyone.py -n 2 -p no:cacheprovider

lighthouse: book                  ## Lighthouse on three pages; needs node and a quiet machine
	$(BIN)/python tests/lighthouse.py

runtime: $(VENV)/.book            ## fetch the Python that runs on the pages, once
	$(BIN)/python book/runtime.py

execute: $(VENV)/.book            ## run the notebooks whose outputs are out of date
	$(BIN)/python book/execute.py --time

notebooks: $(VENV)/.book          ## derive clean, student and instructor notebooks
	$(BIN)/python book/derive.py

pdf: $(VENV)/.book                ## set the printed book, _build/copies-of-copies.pdf
	$(BIN)/python book/press.py pdf

epub: $(VENV)/.book               ## make the e-book, _build/copies-of-copies.epub, and check it
	$(BIN)/python book/press.py epub

zip: book                         ## pack pages, notebooks, package and data in one file
	$(BIN)/python book/archive.py

workshop: book                    ## pack what a teacher needs into one file for a USB stick
	$(BIN)/python book/workshop.py

lab: $(VENV)/.lab                 ## open JupyterLab on the notebooks, boxes and formulas rendered
	$(BIN)/python book/lab.py
	$(BIN)/jupyter lab --ServerApp.root_dir=_build/lab

claims: $(VENV)/.book             ## check every claim again on ten other seeds
	$(BIN)/python book/claims.py
	$(BIN)/python book/claims.py --seeds 10

bench: $(VENV)/.test              ## time the package against literal loops, write speed.md
	$(BIN)/python benchmarks/speed.py --write

mutants: $(VENV)/.test            ## change signs, divisors and indices; the tests must notice
	$(BIN)/python tests/mutants.py

serve: book                       ## show the book at http://localhost:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

lock: | $(BIN)/python             ## write requirements.lock anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5,<0.14"
	$(BIN)/python book/lock.py

clean:                            ## remove what was built; the notebooks' outputs stay
	rm -rf _build book/generated

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.book: requirements.txt requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.lab: requirements-lab.txt $(VENV)/.book
	$(PIP) -r requirements-lab.txt
	@touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.book
	$(PIP) -r requirements-test.txt
	@touch $@
