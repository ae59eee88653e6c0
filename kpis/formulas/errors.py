"""What is wrong with a formula, and where."""


class FormulaError(Exception):
    """A formula cannot be used: `column` (from 1, in characters) and a sentence that says what to do."""

    def __init__(self, column: int, sentence: str) -> None:
        self.column = column
        self.sentence = sentence
        super().__init__(f"{column}: {sentence}")
