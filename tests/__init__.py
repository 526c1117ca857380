"""The book's tests. README.md says where the test of what is."""

import os

# Before numpy is loaded: workers of many threads each wait for one another
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
