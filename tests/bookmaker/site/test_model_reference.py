"""The reference of the models: an entry for every one that the package registers."""

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from bookmaker.site.model_reference import model_modules
from collapse_utils import models
from tests.support.model_example import registered


def test_every_registered_model_is_listed_and_what_they_share_comes_first(monkeypatch):
    listed = model_modules()
    assert listed[0] == "collapse_utils.models.base"
    assert set(listed[1:]) == {model.__module__ for model in registered()}
    tenth = type("Tenth", (models.Model,), {"__module__": "collapse_utils.models.tenth"})
    monkeypatch.setattr(models, "Tenth", tenth, raising=False)
    assert model_modules() == [*listed, "collapse_utils.models.tenth"]


def test_the_directive_shows_classes_and_their_methods(tmp_path):
    (tmp_path / "index.rst").write_text("Models\n======\n\n.. models::\n", encoding="utf-8")
    names = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "bookmaker.site.model_reference"]
    folders = [str(tmp_path), None, str(tmp_path / "site"), str(tmp_path / "site")]
    given = {"confoverrides": {"extensions": names}, "status": None, "warning": None}
    with docutils_namespace():  # or what it registers stays, and whoever is next is told of it
        app = Sphinx(*folders, "html", **given)
        app.build()
    shown = app.env.get_domain("py").objects
    for model in registered():
        full = f"{model.__module__}.{model.__name__}"
        assert full in shown and f"{full}.sample" in shown
