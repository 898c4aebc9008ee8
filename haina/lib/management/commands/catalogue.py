from dataclasses import asdict

from haina.lib.catalogue import path_of, refresh
from haina.lib.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Bring the English catalogue in line with the texts that are marked for translation."

    def answer(self, **options):
        return asdict(refresh(path_of("en")))

    def told(self, answer):
        lines = [f"{name}: {len(texts)}" for name, texts in answer.items()]
        return "\n".join([*lines, *answer["untranslated"]])
