"""What a bench has found: figures, and goals that hold or do not."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    name: str
    value: float
    limit: float
    at_least: bool

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def line(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        return f"{self.name:<58} {self.value:>10.2f}  {sign} {self.limit:<8g} {verdict}"


@dataclass
class Report:
    bench: str
    figures: dict[str, float] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)  # how many each figure is the median of
    goals: list[Goal] = field(default_factory=list)

    def figure(self, name: str, value: float, *, runs: int) -> float:
        self.figures[name], self.runs[name] = value, runs
        return value

    def at_least(self, name: str, value: float, limit: float) -> None:
        self.goals.append(Goal(name, value, limit, at_least=True))

    def at_most(self, name: str, value: float, limit: float) -> None:
        self.goals.append(Goal(name, value, limit, at_least=False))

    @property
    def all_hold(self) -> bool:
        return all(goal.holds for goal in self.goals)

    def table(self) -> str:
        figures = [
            f"{name:<58} {value:>10.3f}  {told(self.runs[name])}"
            for name, value in self.figures.items()
        ]
        return "\n".join([*figures, "", *(goal.line for goal in self.goals), ""])

    def json(self) -> str:
        goals = [
            {"name": goal.name, "value": goal.value, "limit": goal.limit, "holds": goal.holds}
            for goal in self.goals
        ]
        found = {"bench": self.bench, "figures": self.figures, "goals": goals}
        return json.dumps(found) + "\n"


def told(runs: int) -> str:
    return "one run" if runs == 1 else f"median of {runs}"
