"""Words of code that look as text does are no elements, all others keep theirs."""

from __future__ import annotations

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import Generic, Keyword, Name, Punctuation

from bookmaker.site.highlighting import FewElements, is_plain


def test_what_has_a_colour_or_no_rule_is_not_plain():
    assert is_plain(Name) and is_plain(Punctuation)
    assert not any(map(is_plain, (Keyword, Name.Function, Generic.Strong, Generic.Prompt)))


def test_a_plain_word_is_text():
    code = "if a < 1:\n    f(a)  # b\n"
    line = '<span class="k">if</span> a <span class="o">&lt;</span> <span class="mi">1</span>:\n'
    line += '    f(a)  <span class="c1"># b</span>\n'
    assert highlight(code, PythonLexer(), FewElements(nowrap=True)) == line
    assert '<span class="n">a</span>' in highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))
