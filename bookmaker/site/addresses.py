"""Add what needs an address, where there is one.

The book has two addresses: its repository's and its site's. Both are empty in a fresh copy, and
then buttons and links that would lead nowhere are left out altogether. Each comes from one line of
``_config.yml``, and the environment wins over it, so that a fork is published without an edit.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from bookmaker.addresses import BINDER, COLAB, is_on_github, launch
from bookmaker.edits import demand

CODESPACES_BUTTON = {
    "type": "link",
    "text": "Codespaces",
    "tooltip": "Launch on Codespaces",
    "icon": "fab fa-github",
}


def repository_url(config) -> str:
    """Return the repository's address without a final slash, or an empty string."""
    configured = config.html_theme_options.get("repository_url") or ""
    return os.environ.get("BOOK_REPOSITORY_URL", configured).strip().rstrip("/")


def site_url(config) -> str:
    """Return the site's address with a final slash, or an empty string."""
    url = os.environ.get("BOOK_SITE_URL", config.html_baseurl or "").strip().rstrip("/")
    return f"{url}/" if url else ""


def add_repository(config) -> None:
    """Switch on the buttons that lead to the repository, Binder and (for GitHub) Colab."""
    url = repository_url(config)
    options = {**config.html_theme_options, "repository_url": url}
    if url:
        options |= dict.fromkeys(
            ("use_repository_button", "use_edit_page_button", "use_issues_button"), True
        )
        buttons = {"notebook_interface": "jupyterlab", "binderhub_url": BINDER}
        if is_on_github(url):
            buttons["colab_url"] = COLAB
        options["launch_buttons"] = buttons
    config.html_theme_options = options


def add_site(config) -> None:
    """Give Sphinx and the three extensions that need it the site's address."""
    url = site_url(config)
    config.html_baseurl = url
    if url:
        config.sitemap_url_scheme = "{link}"
        config.ogp_site_url = url
        config.ogp_site_name = config.html_title
        config.ogp_image = f"{url}_static/card.png"
        config.ogp_image_alt = config.html_title
        config.ogp_social_cards = {"enable": False}
        config.notfound_urls_prefix = urlsplit(url).path


def open_clean_notebooks(app, pagename, templatename, context, doctree) -> None:
    """Let the launch buttons open the clean notebook, on the branch that has nothing else.

    The theme would open the chapter itself, whose markup only the book understands.
    """
    url = repository_url(app.config)
    if not is_on_github(url):
        return
    addresses = launch(url, pagename.rpartition("/")[2])
    changed = set()
    for group in context.get("header_buttons", []):
        if group.get("label") == "launch-buttons":
            group["buttons"].append(dict(CODESPACES_BUTTON))
            for button in group["buttons"]:
                button["url"] = addresses.get(button["text"], button.get("url"))
            changed |= addresses.keys() & {button["text"] for button in group["buttons"]}
    is_notebook = doctree is not None and app.env.doc2path(pagename).endswith(".ipynb")
    due = len(addresses) if is_notebook else 0
    demand(__name__, "buttons open the clean notebook", pagename, len(changed), due)


def _config_inited(app, config) -> None:
    add_repository(config)
    add_site(config)


def setup(app):
    """Load the extensions that are of use only to a site with an address."""
    if site_url(app.config):
        for extension in ("sphinx_sitemap", "sphinxext.opengraph", "notfound.extension"):
            app.setup_extension(extension)
    app.connect("config-inited", _config_inited, priority=100)
    app.connect("html-page-context", open_clean_notebooks, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
