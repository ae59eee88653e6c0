"""From tokens to a tree, by precedence climbing: its recursion is bounded by DEPTH_LIMIT, not by the text."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from django.utils.translation import gettext as _

from kpis.formulas.errors import FormulaError
from kpis.formulas.functions import FUNCTIONS, ROUND_PLACES_LIMIT
from kpis.formulas.tokens import Token, plain, tokens
from kpis.formulas.tree import NEGATIVE, PRECEDENCE, Call, Node, Number, Reference, written

LENGTH_LIMIT = 2_000
DEPTH_LIMIT = 50
NODE_LIMIT = 200
Made = TypeVar("Made", Number, Reference, Call)


def tree_of(text: str) -> Node:
    """The tree of a formula; raises FormulaError at the first place that cannot be read."""
    if len(text) > LENGTH_LIMIT:
        sentence = _("Shorten the formula to %(limit)s characters; it has %(length)s.")
        raise FormulaError(LENGTH_LIMIT + 1, sentence % {"limit": LENGTH_LIMIT, "length": len(text)})
    root = _Parser(plain(text)).whole()
    # The normal form is what is stored, so it must be readable again.
    length = len(written(root))
    if length > LENGTH_LIMIT:
        sentence = _("Shorten the formula: with all its spaces and brackets it has %(length)s characters.")
        raise FormulaError(1, sentence % {"length": length})
    return root


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.unread: Token | None = None
        self.nodes = 0
        self.depth = 0

    @property
    def current(self) -> Token:
        """The next token, read only when asked for: so the first mistake of the text is the one reported."""
        self.unread = self.unread or next(self.tokens)
        return self.unread

    def at(self, sign: str) -> bool:
        return self.current.kind == "sign" and self.current.text == sign

    def ended(self) -> bool:
        return self.current.kind == "end"

    def taken(self) -> Token:
        token = self.current
        if token.kind != "end":
            self.unread = None
        return token

    def whole(self) -> Node:
        if self.ended():
            raise FormulaError(1, _("Write a formula, for example [resolved] / [opened] * 100."))
        root = self.expression(0)
        if self.at(")"):
            raise FormulaError(self.current.column, _("No “(” opens before this “)”. Remove it."))
        if not self.ended():
            raise self.no_sign()
        return root

    def expression(self, least: int) -> Node:
        """Operands joined by signs that bind more strongly than `least`."""
        left = self.operand()
        while self.current.kind == "sign" and PRECEDENCE.get(self.current.text, 0) > least:
            sign = self.taken()
            right = self.expression(PRECEDENCE[sign.text])
            left = self.made(Call(sign.text, (left, right), sign.column))
        return left

    def operand(self) -> Node:
        token = self.taken()
        if token.kind == "number":
            return self.made(Number(Decimal(token.text), token.suffix, token.column))
        if token.kind == "key":
            return self.made(Reference(token.text, token.column))
        if token.kind == "word":
            return self.call(token) if self.at("(") else self.bare(token)
        if token.kind == "sign" and token.text == "-":
            with self.deeper(token):
                return self.made(Call(NEGATIVE, (self.operand(),), token.column))
        if token.kind == "sign" and token.text == "(":
            with self.deeper(token):
                inner = self.expression(0)
                self.close(token)
            return inner
        raise _no_operand(token)

    def bare(self, word: Token) -> Node:
        if word.text.lower() in FUNCTIONS:
            name = word.text.lower()
            sentence = _(
                "“%(word)s” is a function: write %(written)s. A KPI of that name is written [%(word)s]."
            )
            raise FormulaError(
                word.column, sentence % {"word": word.text, "written": FUNCTIONS[name].written}
            )
        if word.text.startswith("_"):
            sentence = _("A KPI’s key begins with a letter or a digit, “%(word)s” does not.")
            raise FormulaError(word.column, sentence % {"word": word.text[:80]})
        return self.made(Reference(_short(word), word.column))

    def call(self, word: Token) -> Node:
        name = word.text.lower()
        if name not in FUNCTIONS:
            raise _no_function(word)
        opening = self.taken()
        values: list[Node] = []
        with self.deeper(opening):
            if not self.at(")"):
                values.append(self.expression(0))
            while self.at(","):
                self.taken()
                values.append(self.expression(0))
            self.close(opening)
        _check_values(name, values, word.column)
        return self.made(Call(name, tuple(values), word.column))

    def close(self, opening: Token) -> None:
        if self.ended():
            raise FormulaError(opening.column, _("Close this “(” with a “)”."))
        if not self.at(")"):
            raise self.no_sign()
        self.taken()

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            sentence = _("Nest parentheses, functions and minus signs at most %(limit)s deep.")
            raise FormulaError(token.column, sentence % {"limit": DEPTH_LIMIT})
        yield
        self.depth -= 1

    def made(self, node: Made) -> Made:
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            sentence = _("Make the formula simpler: at most %(limit)s numbers, KPIs, signs and functions.")
            raise FormulaError(node.column, sentence % {"limit": NODE_LIMIT})
        return node

    def no_sign(self) -> FormulaError:
        token = self.current
        if self.at(","):
            sentence = _("A comma stands only between the values of a function. Write decimals with a point.")
            return FormulaError(token.column, sentence)
        sentence = _("Put a sign such as + or * before “%(next)s”.")
        return FormulaError(token.column, sentence % {"next": token.text[:80]})


def _short(word: Token) -> str:
    if len(word.text) > 80:
        raise FormulaError(word.column, _("A KPI’s key has at most 80 characters."))
    return word.text


def _no_operand(token: Token) -> FormulaError:
    if token.kind == "end":
        return FormulaError(token.column, _("The formula ends too early: add a number or a KPI."))
    sentence = _("Put a number or a KPI before “%(sign)s”.")
    return FormulaError(token.column, sentence % {"sign": token.text})


def _no_function(word: Token) -> FormulaError:
    near = get_close_matches(word.text.lower()[:80], FUNCTIONS, n=1)
    if near:
        sentence = _("There is no function “%(word)s”. Did you mean %(near)s?")
        return FormulaError(word.column, sentence % {"word": word.text[:80], "near": near[0]})
    sentence = _("There is no function “%(word)s”. The functions are %(functions)s.")
    return FormulaError(
        word.column, sentence % {"word": word.text[:80], "functions": ", ".join(sorted(FUNCTIONS))}
    )


def _check_values(name: str, values: list[Node], column: int) -> None:
    signature = FUNCTIONS[name]
    if not signature.least <= len(values) <= signature.most:
        sentence = _("Write %(written)s; the number of values here is %(count)s.")
        raise FormulaError(column, sentence % {"written": signature.written, "count": len(values)})
    if name == "round" and len(values) == 2 and not _is_places(values[1]):
        sentence = _("The second value of round is a whole number from 0 to %(limit)s, the decimal places.")
        raise FormulaError(values[1].column, sentence % {"limit": ROUND_PLACES_LIMIT})


def _is_places(node: Node) -> bool:
    return (
        isinstance(node, Number)
        and not node.suffix
        and node.written == int(node.written)
        and node.written <= ROUND_PLACES_LIMIT
    )
