"""Read a piece of HTML as a browser would: its tags, in order, and balanced."""

import html.parser


class Tags(html.parser.HTMLParser):
    """Collect the tags of a piece of HTML and prove that they are balanced."""

    VOID = ("input", "img")

    def __init__(self, markup):
        super().__init__()
        self.found, self.open = [], []
        self.feed(markup)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]
