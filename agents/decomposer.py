"""The decomposer: a solved problem as sub-questions with what each depends on (Atom of Thoughts,
arXiv 2502.12018), and the contractor: what is left of the problem once some of them are answered.
"""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import PROBLEM, SOLUTION, paragraphs
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Task

TRIES = 3  # the paper's


class SubQuestion(BaseModel):
    model_config = ConfigDict(frozen=True)

    question: str
    answer: str = Field(description="as the solution has it")
    depends: list[int] = Field(
        default_factory=list, description="numbers, from 1, of the questions whose answers it needs"
    )


class Decomposition(BaseModel):
    model_config = ConfigDict(frozen=True)

    questions: list[SubQuestion]

    def parted(self) -> tuple[list[SubQuestion], list[SubQuestion]]:
        """The questions that depend on no other, and those that do."""
        free = [one for one in self.questions if not one.depends]
        return free, [one for one in self.questions if one.depends]

    @property
    def depth(self) -> int:
        """The longest chain of dependences, in edges."""
        return int(nx.dag_longest_path_length(graph_of(self))) if self.questions else 0


def graph_of(made: Decomposition) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(1, len(made.questions) + 1))
    graph.add_edges_from(
        (other, number) for number, one in enumerate(made.questions, 1) for other in one.depends
    )
    return graph


def fault(made: Decomposition) -> str:
    """What makes these dependences unusable, "" where nothing does."""
    if not made.questions:
        return "there are no questions"
    for number, one in enumerate(made.questions, 1):
        if not one.question.strip():
            return f"question {number} is empty"
        for other in one.depends:
            if not 1 <= other <= len(made.questions):
                return f"question {number} depends on {other}, which is not there"
            if other == number:
                return f"question {number} depends on itself"
    graph = graph_of(made)
    if not nx.is_directed_acyclic_graph(graph):
        circle = [start for start, _ in nx.find_cycle(graph)]
        return "the questions " + ", ".join(map(str, sorted(circle))) + " depend on each other"
    return ""


async def decompose(model: Model, task: Task, solution: str) -> Decomposition:
    """The sub-questions of a solution, asked for again with its fault while the dependences cannot
    be, ``TRIES`` times in all. Raises ModelMalformed, naming the last fault."""
    said = ""
    for index in range(TRIES):
        request = PROMPT.request(
            PROMPT.fill("task", problem=task.informal, solution=solution)
            + PROMPT.optional("again", fault=said),
            inputs={"problem": task.informal, "solution": solution},
        )
        try:
            (made,) = await ask(model, request, Decomposition, first=index)
        except ModelMalformed as error:
            said = str(error)
            continue
        said = fault(made)
        if not said:
            return made
    raise ModelMalformed(f"no usable decomposition: {said}")


async def contract(
    model: Model, task: Task, known: Sequence[SubQuestion], left: Sequence[SubQuestion]
) -> str:
    """One question that is self-contained and asks what the problem asks. Raises ModelMalformed
    for an empty one."""
    request = CONTRACTOR.request(
        CONTRACTOR.fill(
            "task",
            problem=task.informal,
            known="\n".join(f"- {one.question} {one.answer}" for one in known) or "-",
            left="\n".join(f"- {one.question}" for one in left) or "-",
        ),
        inputs={
            "problem": task.informal,
            "known": [one.model_dump() for one in known],
            "left": [one.question for one in left],
        },
    )
    (reply,) = await model.sample(request)
    if not reply.text.strip():
        raise ModelMalformed(f"{reply.model}: an empty question", text=reply.text)
    return reply.text.strip()


SYSTEM = """\
You take a solved problem apart into the sub-questions that its solution answers, in order. For \
each give the question, the answer that the solution gives, and the numbers of the sub-questions \
whose answers are needed to answer it; a question that the problem's own text suffices for needs \
none. The last sub-question asks what the problem asks."""

AGAIN = """

Your last list could not be used: {fault}. A question may only depend on other questions of the \
list, and never in a circle."""

PROMPT = Prompt("decomposer", system=SYSTEM, task=paragraphs(PROBLEM, SOLUTION), again=AGAIN)

CONTRACTOR = Prompt(
    "contractor",
    system="""\
You simplify problems. Some sub-questions of the problem are answered: their answers become given \
conditions. Write one new problem that is self-contained, easier, and has the same final answer as \
the old one. Write the problem alone, without solving it.""",
    task=paragraphs(PROBLEM, "Answered:\n{known}", "Still open:\n{left}"),
)
