class Refusal(Exception):
    """The file, or what it is imported into meanwhile, does not let anything be imported: a stable
    code and a sentence that says why and what to do."""

    def __init__(self, code: str, message: str, problems=(), counts: dict | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.problems = code, message, list(problems)
        self.counts = {"problems": len(self.problems)} | (counts or {})
