"""Load the repository's scripts, which belong to no package, as modules."""

import importlib.util
import sys


def load(path):
    """Return a script as a module; dataclasses in it need it to be registered."""
    spec = importlib.util.spec_from_file_location(f"script_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
