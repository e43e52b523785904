"""Templates compiled once for each language, with their fixed texts translated while they are compiled.

A page asks for a hundred fixed texts. Translated here, they are part of the compiled template and cost nothing when it is drawn.
Texts with places to fill are looked up here as well; only the filling is left for later.

The indentation of HTML templates is left out while they are compiled, too: it was a third of a page. And what is markup already
is written as it is: escaping it costs four calls, a thousand times on a page.
"""

import re
from types import FunctionType
from typing import Any, Final

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from tracker.web import i18n
from tracker.web.catalogues import LANGUAGES, translations
from tracker.web.labels import DESK, READERS

FILL: Final = "fill_text"  # the global that fills the places of a translated text
_INDENTATION: Final = re.compile(r"\n\s+")
_find_special: Final = re.compile("[&<>'\"]").search
_TEXTS: Final = frozenset({"_", "gettext"})
_WORDS: Final = {"word": DESK, "reader_word": READERS}


class _MarkupGenerator(CodeGenerator):
    """Jinja's generator of code, whose code escapes nothing that is markup already."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  (Jinja finds it by this name)
        self.writeline(f"from {__name__} import {escape_text.__name__}")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame):
            self.write("(drawn if type(drawn := (")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame):
            self.write(")) is Markup else escape_text(drawn))")
        else:
            super()._output_child_post(node, frame, finalize)


def escape_text(drawn: object) -> str:
    """A value as it is written into a page: most texts have nothing to escape, and are not copied as Markup on their way."""
    return drawn if type(drawn) is str and not _find_special(drawn) else escape(drawn)


def _escapes(frame: Frame) -> bool:
    return bool(frame.eval_ctx.autoescape and not frame.eval_ctx.volatile)


class _Context(Context):
    """Jinja's, which calls macros and plain functions without looking for what they want to be given."""

    def call(__self, __callable: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  (keywords may have any name)
        kind = type(__callable)
        if kind is not Macro and (kind is not FunctionType or hasattr(__callable, "jinja_pass_arg")):
            return super().call(__callable, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        if kind is not Macro:
            return __callable(*args, **kwargs)
        left_out = len(__callable.arguments) - len(args)
        if kwargs or left_out < 0 or __callable.caller or __callable.catch_kwargs or __callable.catch_varargs:
            return __callable(__self.eval_ctx, *args, **kwargs)
        return __callable._invoke([*args, *[missing] * left_out], __self.eval_ctx.autoescape)


class _Template(Template):
    def _get_default_module(self, ctx: Any = None) -> Any:
        # Jinja compares all globals with those of the page, which has none of its own, for each template of macros.
        return super()._get_default_module()


class TranslatedEnvironment(Environment):
    """Flask's environment with a cache for each language, which keeps every template: there is an end to them."""

    code_generator_class = _MarkupGenerator
    context_class = _Context
    template_class = _Template

    def __init__(self, *args: Any, **options: Any) -> None:
        self._caches: dict[str, dict[Any, Template]] = {language: {} for language in LANGUAGES}
        super().__init__(*args, **options)

    @property
    def cache(self) -> Any:
        """The compiled templates of the language spoken now."""
        return self._caches[i18n.language()]

    @cache.setter
    def cache(self, _made: object) -> None:
        """Jinja makes one cache for all; ours are made already."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        is_html = name is not None and name.endswith(".html")
        translator = _Translator(i18n.language(), Markup if escapes else str, is_html=is_html)
        translated: nodes.Template = translator.visit(tree)
        return translated


class _Translator(NodeTransformer):
    """Puts translations in the place of calls for them. `mark` is Markup where the template escapes what it draws."""

    def __init__(self, language: str, mark: type[str], *, is_html: bool) -> None:
        self._texts = translations(language)
        self._mark = mark
        self._is_html = is_html

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802  (Jinja finds it by this name)
        """Indentation as one line feed; what is filled in is no part of it."""
        return nodes.TemplateData(_INDENTATION.sub("\n", node.data), lineno=node.lineno) if self._is_html else node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  (Jinja finds it by this name)
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        first = node.args[0] if len(node.args) == 1 else None
        if not isinstance(first, nodes.Const) or not isinstance(first.value, str) or node.dyn_args or node.dyn_kwargs:
            return node
        if name in _WORDS and first.value in _WORDS[name] and not node.kwargs:
            return nodes.Const(self._texts.ugettext(_WORDS[name][first.value]), lineno=node.lineno)
        if name not in _TEXTS:
            return node
        text = self._mark(self._texts.ugettext(first.value))
        if node.kwargs:
            fill = nodes.Name(FILL, "load", lineno=node.lineno)
            return nodes.Call(fill, [nodes.Const(text)], node.kwargs, None, None, lineno=node.lineno)
        # As Jinja has it: a percent sign is written twice, whether there are places to fill or not.
        return nodes.Const(text % {}, lineno=node.lineno)


def fill_text(text: str, **variables: object) -> str:
    """Return a translated text with its places filled; none of the parts can reorder the others."""
    return text % i18n.isolated(variables)
