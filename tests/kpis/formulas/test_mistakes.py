"""Every mistake is shown at its column, in both languages, with what to do."""

import re
from collections.abc import Callable

import pytest
from django.utils.translation import override

from kpis.choices import Unit
from kpis.formulas import FormulaError, parse
from tests.kpis.formulas.trees import UNITS
from tools import messages

NO_FUNCTION = "abs, coalesce, max, min, round, safe_div"
UNREADABLE = [
    ("", 1, "Write a formula, for example [resolved] / [opened] * 100.", "请写一个公式"),
    ("  \n", 1, "Write a formula, for example [resolved] / [opened] * 100.", "请写一个公式"),
    ("1" * 2_001, 2_001, "Shorten the formula to 2000 characters; it has 2001.", "缩短到 2000 个字符"),
    ("a+" * 99 + "b" * 1_800, 199, "A KPI’s key has at most 80 characters.", "最多 80 个字符"),
    (
        "+".join(["a" * 19] * 100),
        1,
        "Shorten the formula: with all its spaces and brackets it has 2397 characters.",
        "补全空格和方括号后有 2397 个字符",
    ),
    ("a @ b", 3, "A formula cannot hold “@”. Remove it.", "公式里不能有“@”，请删去。"),
    ("a\u200b", 2, "A formula cannot hold “U+200B”. Remove it.", "公式里不能有“U+200B”"),
    ("2 ＊ ＠", 5, "A formula cannot hold “@”. Remove it.", "公式里不能有“@”"),
    (
        "满意度 + 1",
        1,
        "“满意度” is not a KPI’s key. Write the key in brackets, as in [csat].",
        "“满意度”不是",
    ),
    (".5", 1, "Write one decimal point, with a digit before and after it, as in 0.5.", "一个小数点"),
    ("a * 5.", 6, "Write one decimal point, with a digit before and after it, as in 0.5.", "一个小数点"),
    ("1.2.3", 4, "Write one decimal point, with a digit before and after it, as in 0.5.", "一个小数点"),
    ("1" * 28 + ".5", 1, "Shorten this number to 28 digits.", "缩短到 28 位"),
    ("1 + 1000000000000000001", 5, "Write a smaller number: at most 10^18, a 1 with 18 zeros.", "10^18"),
    (
        "max(1,000)",
        7,
        "Write 000 without a zero in front. A comma does not separate thousands.",
        "请去掉 000 前面的零。",
    ),
    (
        "1,000",
        2,
        "A comma stands only between the values of a function. Write decimals with a point.",
        "逗号只能用来分隔函数的各个值。",
    ),
    (
        "(1, 2)",
        3,
        "A comma stands only between the values of a function. Write decimals with a point.",
        "小数请用点号。",
    ),
    (
        "1 + 7days",
        5,
        "“7days” cannot be read. If it is a KPI, write its key in brackets: [7days]. If a sign is missing,"
        " put it in. Units of a number are %, s, min, h and d.",
        "数字的单位可以是 %、s、min、h 和 d。",
    ),
    ("tasks.done", 1, "Write a key that has dots or hyphens in brackets: [tasks.done].", "[tasks.done]。"),
    ("a % 3", 3, "Write % directly after a number, as in 90%.", "请把 % 紧跟在数字后面，例如 90%。"),
    ("a + [b", 5, "Close the bracket that opens here: [key].", "请补上这个方括号的右半边"),
    ("a + b]", 6, "No bracket opens before this ]. Write [key].", "前面没有 ["),
    (
        "[-a]",
        1,
        "Between [ and ] belongs a KPI’s key: a letter or digit, then up to 79 letters, digits, dots, hyphens"
        " or underscores, as in [first-response-time].",
        "以字母或数字开头，后面最多 79 个",
    ),
    ("(a + b", 1, "Close this “(” with a “)”.", "请为这个“(”补上“)”。"),
    ("max(a, (b)", 4, "Close this “(” with a “)”.", "请为这个“(”补上“)”。"),
    ("a + b)", 6, "No “(” opens before this “)”. Remove it.", "这个“)”前面没有“(”，请删去。"),
    ("a b", 3, "Put a sign such as + or * before “b”.", "请在“b”前面加上"),
    ("2 (a)", 3, "Put a sign such as + or * before “(”.", "请在“(”前面加上"),
    ("a + ", 4, "The formula ends too early: add a number or a KPI.", "公式没有写完"),
    ("a + * b", 5, "Put a number or a KPI before “*”.", "请在“*”前面写一个数字"),
    ("+a", 1, "Put a number or a KPI before “+”.", "请在“+”前面写一个数字"),
    ("()", 2, "Put a number or a KPI before “)”.", "请在“)”前面写一个数字"),
    ("min(a,)", 7, "Put a number or a KPI before “)”.", "请在“)”前面写一个数字"),
    (
        "1 + Min",
        5,
        "“Min” is a function: write min(a, b, …). A KPI of that name is written [Min].",
        "“Min”是函数，请写成 min(a, b, …)。",
    ),
    ("_a", 1, "A KPI’s key begins with a letter or a digit, “_a” does not.", "“_a”不是。"),
    ("1+mni(a,b)", 3, "There is no function “mni”. Did you mean min?", "您是想写 min 吗？"),
    (
        "x.__class__",
        1,
        "Write a key that has dots or hyphens in brackets: [x.__class__].",
        "请写在方括号里：[x.__class__]。",
    ),
    (
        "eval(a)",
        1,
        f"There is no function “eval”. The functions are {NO_FUNCTION}.",
        f"可用的函数有 {NO_FUNCTION}。",
    ),
    ("1 + min(a)", 5, "Write min(a, b, …); the number of values here is 1.", "这里有 1 个值。"),
    ("abs()", 1, "Write abs(a); the number of values here is 0.", "这里有 0 个值。"),
    ("abs(a, b)", 1, "Write abs(a); the number of values here is 2.", "这里有 2 个值。"),
    ("safe_div(a, b)", 1, "Write safe_div(a, b, 0); the number of values here is 2.", "这里有 2 个值。"),
    ("round(a, 1, 2)", 1, "Write round(a, 2); the number of values here is 3.", "这里有 3 个值。"),
    (
        "round(a, b)",
        10,
        "The second value of round is a whole number from 0 to 9, the decimal places.",
        "应为 0 到 9 的整数。",
    ),
    (
        "round(a, 1.5)",
        10,
        "The second value of round is a whole number from 0 to 9, the decimal places.",
        "round 的第二个值是小数位数",
    ),
    ("(" * 51, 51, "Nest parentheses, functions and minus signs at most 50 deep.", "最多嵌套 50 层"),
    ("-" * 51 + "1", 51, "Nest parentheses, functions and minus signs at most 50 deep.", "最多嵌套 50 层"),
    ("abs(" * 51, 204, "Nest parentheses, functions and minus signs at most 50 deep.", "最多嵌套 50 层"),
    (
        "+".join(["1"] * 101),
        200,
        "Make the formula simpler: at most 200 numbers, KPIs, signs and functions.",
        "合计最多 200 个。",
    ),
]
MISFITS = [
    (
        "first-response-time / 2",
        Unit.SECONDS,
        1,
        "Write a key that has dots or hyphens in brackets: [first-response-time].",
        "[first-response-time]。",
    ),
    (
        "opened + [reslved]",
        Unit.COUNT,
        10,
        "There is no KPI with the key “reslved”. Did you mean [resolved]?",
        "没有标识为“reslved”的关键绩效指标。您是想写 [resolved] 吗？",
    ),
    ("CSAT", Unit.PERCENT, 1, "There is no KPI with the key “CSAT”. Did you mean [csat]?", "[csat] 吗？"),
    (
        "opened + (xyz)",
        Unit.COUNT,
        11,
        "There is no KPI with the key “xyz”. Take a key from the list of KPIs.",
        "请从指标列表中选取标识。",
    ),
    (
        "opened + aht",
        Unit.COUNT,
        8,
        "This adds or subtracts different units: count and duration. Use values of the same unit.",
        "这里把不同单位的值相加减：数量和时长。",
    ),
    (
        "csat - mark",
        Unit.PERCENT,
        6,
        "This adds or subtracts different units: percent and score. Use values of the same unit.",
        "百分比和评分",
    ),
    (
        "csat - 90%",
        Unit.PERCENT,
        6,
        "A number with % is a share from 0 to 1, but KPIs in percent count to 100. Write the number without %.",
        "请写不带 % 的数字。",
    ),
    (
        "max(aht - 60, 0)",
        Unit.SECONDS,
        9,
        "A duration needs a duration here: write a number with its unit, such as 90s, 15min, 2h or 3d.",
        "这里需要时长",
    ),
    (
        "max(aht, opened / 2)",
        Unit.SECONDS,
        17,
        "All values of max need the same unit; here are duration and count.",
        "max 的各个值必须单位相同；这里是时长和数量。",
    ),
    (
        "safe_div(aht, aht, cost)",
        Unit.COUNT,
        20,
        "All values of safe_div need the same unit; here are plain number and money.",
        "safe_div 的各个值必须单位相同",
    ),
    (
        "csat * aht",
        Unit.SECONDS,
        6,
        "This multiplies percent by duration, which has no unit. Divide the percentage by 100 first,"
        " as in ([key] / 100).",
        "请先把百分比除以 100",
    ),
    (
        "mark * mark",
        Unit.SCORE,
        6,
        "This multiplies score by score, which has no unit. Use a plain number or a count for one of them.",
        "这里用评分乘以评分，结果没有单位。其中一个请使用纯数字或数量。",
    ),
    (
        "1 / [complaint-rate]",
        Unit.COUNT,
        3,
        "This divides plain number by per 1,000, which has no unit. Divide the rate per 1,000 by 1000 first,"
        " as in ([key] / 1000).",
        "请先把千分比除以 1000",
    ),
    (
        "cost / aht",
        Unit.CURRENCY,
        6,
        "The formula gives money per duration, but the KPI’s unit is money. Change the formula or the unit.",
        "公式的结果是金额每时长，而关键绩效指标的单位是金额。",
    ),
    (
        "opened / aht / aht",
        Unit.COUNT,
        14,
        "The formula gives 1 per duration × duration, but the KPI’s unit is count. Change the formula or the"
        " unit.",
        "公式的结果是1每时长 × 时长",
    ),
    (
        "min(1 - 5%, 1)",
        Unit.PERCENT,
        1,
        "The formula gives a share from 0 to 1, the KPI’s unit is percent: multiply by 100.",
        "请乘以 100。",
    ),
    (
        "60",
        Unit.SECONDS,
        1,
        "The formula gives plain number, but the KPI’s unit is duration. Change the formula or the unit.",
        "公式的结果是纯数字，而关键绩效指标的单位是时长。",
    ),
    (
        "[csat] / 100",
        Unit.PERCENT,
        8,
        "The formula gives a share from 0 to 1, the KPI’s unit is percent: multiply by 100.",
        "公式的结果是 0 到 1 的比例",
    ),
    (
        "[csat] / 100",
        Unit.CURRENCY,
        8,
        "The formula gives share from 0 to 1, but the KPI’s unit is money. Change the formula or the unit.",
        "公式的结果是0 到 1 的比例",
    ),
]


def shown(attempt: Callable[[], object], column: int, english: str, chinese: str) -> None:
    """The attempt is refused at the column with the English sentence and one that holds the Chinese piece."""
    for language, piece in (("en", english), ("zh-hans", chinese)):
        with override(language), pytest.raises(FormulaError) as refused:
            attempt()
        assert refused.value.column == column
        assert piece in refused.value.sentence
        assert language != "en" or refused.value.sentence == english


@pytest.mark.parametrize(("text", "column", "english", "chinese"), UNREADABLE)
def test_text_that_cannot_be_read(text: str, column: int, english: str, chinese: str) -> None:
    shown(lambda: parse(text), column, english, chinese)


@pytest.mark.parametrize(("text", "wanted", "column", "english", "chinese"), MISFITS)
def test_names_and_units_that_do_not_fit(
    text: str, wanted: Unit, column: int, english: str, chinese: str
) -> None:
    formula = parse(text)
    shown(lambda: formula.check(UNITS, wanted), column, english, chinese)


def test_a_kpi_computed_from_itself_is_shown_where_it_is_named() -> None:
    formula = parse("[a] + [b] * 2")
    references = {"b": ["c"], "c": ["own", "a"]}
    english = "A KPI cannot be computed from itself: own → b → c → own. Take “b” out."
    shown(lambda: formula.check_cycle("own", references), 7, english, "own → b → c → own。请去掉“b”。")
    formula.check_cycle("other", references)


def test_the_first_mistake_of_a_text_is_the_one_shown() -> None:
    with pytest.raises(FormulaError) as refused:
        parse("1 + ) @ .5")
    assert refused.value.column == 5


def test_every_sentence_of_the_package_is_in_these_tables() -> None:
    seen = "\n".join([row[2] for row in UNREADABLE] + [row[3] for row in MISFITS])
    sentences = {
        message
        for message, _context, where in messages.found()
        if where.startswith("kpis/formulas/") and isinstance(message, str)
    }
    assert len(sentences) > 40
    unseen = {message for message in sentences if not re.search(pattern(message), seen)}
    assert unseen == {"A KPI cannot be computed from itself: %(cycle)s. Take “%(key)s” out."}


def pattern(message: str) -> str:
    """A regular expression for the sentences a message makes."""
    return re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(message)).replace("%%", "%")
