"""What a page weighs is what a server would send."""

from __future__ import annotations

import numpy as np

from tests.support import site_rules as rules


def test_the_scale_weighs_each_file_once_and_compressed(tmp_path):
    (tmp_path / "index.html").write_bytes(bytes(100_000))
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(2).bytes(5000))
    base = "http://127.0.0.1:1"
    light = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/index.html", f"{base}/missing"])
    assert 0 < light < 500
    both = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/noise.bin?v=1"])
    assert both > light + 5000
