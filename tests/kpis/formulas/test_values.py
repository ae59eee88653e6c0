"""What a formula is worth, rule by rule as docs/formulas.md states them."""

from decimal import Decimal, localcontext

import pytest

from kpis.formulas import Name, parse

VALUES = {
    "a": Decimal(6),
    "b": Decimal(4),
    "zero": Decimal(0),
    "none": None,
    "first-response-time": Decimal("90.5"),
    "team.size": Decimal(3),
    "7days": Decimal(7),
    "MIN": Decimal(1),
    "big": Decimal(10) ** 18,
    "nan": Decimal("NaN"),
    "snan": Decimal("sNaN"),
    "infinite": Decimal("-Infinity"),
    "tiny": Decimal("1E-999999"),
}
GOOD = [
    ("a", "[a]", "6"),
    ("a+b*2", "[a] + [b] * 2", "14"),
    ("(a+b)*2", "([a] + [b]) * 2", "20"),
    ("a-b-1", "[a] - [b] - 1", "1"),
    ("a-(b-1)", "[a] - ([b] - 1)", "3"),
    ("a/b/2", "[a] / [b] / 2", "0.75"),
    ("a/(b/2)", "[a] / ([b] / 2)", "3"),
    ("((a))", "[a]", "6"),
    ("-a*b", "-[a] * [b]", "-24"),
    ("-(a-b)", "-([a] - [b])", "-2"),
    ("--a", "--[a]", "6"),
    ("a--b", "[a] - -[b]", "10"),
    (" a\n+\tb ", "[a] + [b]", "10"),
    ("[first-response-time] / [team.size]", "[first-response-time] / [team.size]", "30.166666666667"),
    ("[ 7days ] - [MIN]", "[7days] - [MIN]", "6"),
    ("90%", "90%", "0.9"),
    ("a * 12.5%", "[a] * 12.5%", "0.75"),
    ("90s + 15min + 2h + 3d", "90s + 15min + 2h + 3d", "267390"),
    ("（a＋b）×２÷［team.size］", "([a] + [b]) * 2 / [team.size]", "6.666666666667"),
    ("ｍｉｎ（a，b、2）－１０％", "min([a], [b], 2) - 10%", "1.9"),
    ("【a】−１．５＊２／４", "[a] - 1.5 * 2 / 4", "5.25"),
    ("min(a,b)", "min([a], [b])", "4"),
    ("MAX(a,b,9)", "max([a], [b], 9)", "9"),
    ("max(none,b)", "max([none], [b])", "4"),
    ("min(none,none)", "min([none], [none])", None),
    ("coalesce(none,a/zero,b)", "coalesce([none], [a] / [zero], [b])", "4"),
    ("coalesce(none,none)", "coalesce([none], [none])", None),
    ("coalesce(zero,a)", "coalesce([zero], [a])", "0"),
    ("a+none", "[a] + [none]", None),
    ("none*zero", "[none] * [zero]", None),
    ("-none", "-[none]", None),
    ("unheard_of", "[unheard_of]", None),
    ("a/zero", "[a] / [zero]", None),
    ("zero/zero", "[zero] / [zero]", None),
    ("zero/a", "[zero] / [a]", "0"),
    ("a/(1/3*3-1)", "[a] / (1 / 3 * 3 - 1)", None),
    ("(1/3*3-1)/(1/3*3-1)", "(1 / 3 * 3 - 1) / (1 / 3 * 3 - 1)", None),
    ("safe_div(a,1/3*3-1,7)", "safe_div([a], 1 / 3 * 3 - 1, 7)", "7"),
    ("safe_div(a,b,0)", "safe_div([a], [b], 0)", "1.5"),
    ("safe_div(a,zero,7)", "safe_div([a], [zero], 7)", "7"),
    ("safe_div(a,zero,none)", "safe_div([a], [zero], [none])", None),
    ("safe_div(none,b,7)", "safe_div([none], [b], 7)", None),
    ("safe_div(a,none,7)", "safe_div([a], [none], 7)", None),
    ("abs(b-a)", "abs([b] - [a])", "2"),
    ("round(2.5)", "round(2.5)", "3"),
    ("round(-2.5)", "round(-2.5)", "-3"),
    ("round(-0.4)", "round(-0.4)", "0"),
    ("round(2.345,2)", "round(2.345, 2)", "2.35"),
    ("round(1/3*3-0.5)", "round(1 / 3 * 3 - 0.5)", "1"),
    ("round(none,1)", "round([none], 1)", None),
    ("1/3", "1 / 3", "0.333333333333"),
    ("2/3", "2 / 3", "0.666666666667"),
    ("1/3*3", "1 / 3 * 3", "1"),
    ("0.0000000000005", "0.0000000000005", "0"),
    ("0.0000000000015", "0.0000000000015", "0.000000000002"),
    ("-zero", "-[zero]", "0"),
    ("big", "[big]", "1000000000000000000"),
    ("big+1", "[big] + 1", None),
    ("-big-1", "-[big] - 1", None),
    ("big*2/2", "[big] * 2 / 2", None),
    ("1000000000000000000d", "1000000000000000000d", None),
    ("a/0.0000000000000000000001", "[a] / 0.0000000000000000000001", None),
    ("nan", "[nan]", None),
    ("min(snan,a)", "min([snan], [a])", "6"),
    ("max(infinite,a)", "max([infinite], [a])", "6"),
    ("a/tiny", "[a] / [tiny]", None),
    ("tiny*tiny", "[tiny] * [tiny]", "0"),
]


@pytest.mark.parametrize(("text", "normal", "value"), GOOD, ids=[row[0] for row in GOOD])
def test_a_formula_has_this_normal_form_and_value(text: str, normal: str, value: str | None) -> None:
    formula = parse(text)
    assert formula.text == normal
    assert parse(normal) == formula
    result = formula.evaluate(VALUES)
    assert (None if result is None else f"{result:f}") == value


def test_names_are_listed_once_at_their_first_column() -> None:
    assert parse("max( opened, [a.b] / opened) - opened").names == (Name("opened", 6), Name("a.b", 14))


def test_full_width_text_keeps_its_columns() -> None:
    assert parse("（１＋［a］）×b").names == (Name("a", 4), Name("b", 9))


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        context.traps = dict.fromkeys(context.traps, True)
        assert parse("10000.5 * 2 / 3").evaluate({}) == Decimal("6667.000000000000")
        assert parse("[x] / 3").evaluate({"x": Decimal("1E-999999")}) == 0


def test_two_hundred_values_side_by_side_are_not_nested() -> None:
    assert parse("+".join(["1"] * 100)).evaluate({}) == 100
    assert parse(f"max({','.join(map(str, range(199)))})").evaluate({}) == 198


def test_levels_are_counted_inside_each_other_only() -> None:
    assert parse("+".join(["abs(-(1))"] * 40)).evaluate({}) == 40
