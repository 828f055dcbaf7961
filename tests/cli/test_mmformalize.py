"""``formalize`` and ``batch`` by the method that looks at figures, killed with SIGKILL too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Proofloop
from cli.test_resume import bodies, start
from support.figures import (
    ANGLE,
    FIGURES,
    INPUTS,
    LAW,
    SCENE,
    TEXT,
    THEOREM,
    Cart,
    lean,
    triangle,
)
from support.openai_server import Call, Hang, Item, ScriptedServer

FIGURE = INPUTS["images"][0]


def command(server: ScriptedServer, *more: str) -> tuple[str, ...]:
    return (
        "formalize", TEXT, "--name", "cart", "--method", "mmformalize", "--premises", "0",
        "--model", "m", "--base-url", server.base_url, *more,
    )  # fmt: skip


def test_a_figure_is_formalized(proofloop: Proofloop, tmp_path: Path) -> None:
    with ScriptedServer(Cart()) as server:
        asked = command(server, "--image", FIGURE, "--no-prove", "--run", "r", "--json")
        done = proofloop(*asked, OPENAI_API_KEY="k")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["status"], result["statement"]) == ("consistent", THEOREM)
    assert "def cart_law" in result["header"]
    assert result["scene"] == SCENE | {"notes": ""}
    assert result["chain"]["mass"]["lean"] == "Dim.mass"
    entries = [json.loads(line) for line in (tmp_path / "r" / "journal.jsonl").open()]
    assert max(len(json.dumps(entry)) for entry in entries) < 100_000


def test_progress_and_the_chain_are_told(proofloop: Proofloop) -> None:
    wrong = "def cart_law (F : Quantity ℝ Dim.force) (m : Quantity ℝ Dim.mass) : Prop := F = m"
    with ScriptedServer(Cart({("compose", LAW): [lean(wrong)]})) as server:
        done = proofloop(*command(server, "--no-prove"), OPENAI_API_KEY="k")
    assert done.returncode == 1
    assert "parse no figure" in done.stderr and "depth 2: 6 of 6 grounded" in done.stderr
    assert "exhausted" in done.stdout and "law (the net force" in done.stdout
    assert "    mass (dimension Dim.mass): the mass m of the cart" in done.stdout


@pytest.mark.timeout(600)
def test_a_killed_run_goes_on_without_asking_twice(proofloop: Proofloop, tmp_path: Path) -> None:
    cart, hang = Cart(), [True]

    def script(call: Call) -> Item:
        answer = cart(call)
        return Hang() if hang[0] and cart.calls[-1][:2] == ("compose", LAW) else answer

    with ScriptedServer(script) as server:
        asked = command(server, "--image", FIGURE, "--no-prove", "--run", "r", "--json")
        process = start(tmp_path, *asked, OPENAI_API_KEY="k")
        assert server.wait_until(lambda calls: cart.seen["compose", LAW] == 1, 200)
        process.kill()
        hang[0] = False
        done = proofloop(*asked, OPENAI_API_KEY="k")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["statement"] == THEOREM
    sent = bodies(server.calls)
    # Only the call that was never answered was made again.
    assert len(sent) == 1 + len(set(sent)) == 17


def test_a_batch_reads_figures_beside_its_file(proofloop: Proofloop, tmp_path: Path) -> None:
    wrong = lean("def right_triangle_angle : Prop := 1")
    with ScriptedServer(Cart(triangle() | {("compose", ANGLE): [wrong]})) as server:
        arguments = (
            "batch", str(FIGURES / "problems.jsonl"), "--out", "out", "--json",
            "--premises", "0", "--model", "m", "--base-url", server.base_url,
        )  # fmt: skip
        refused = proofloop(*arguments, OPENAI_API_KEY="k")
        done = proofloop(*arguments, "--method", "mmformalize", OPENAI_API_KEY="k")
    assert refused.returncode == 2
    assert "task cart of" in refused.stderr and "only --method mmformalize" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proved_formalized"] == 1
    lines = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").open()]
    results = {each["id"]: each for each in lines}
    assert results["cart"]["statement"] == THEOREM
    assert "def cart_law" in results["cart"]["header"]
    why = f"angle ({ANGLE}) failed at lean after 3 attempts"
    assert results["right_triangle"]["status"] == "exhausted"
    assert results["right_triangle"]["why"].startswith(why) and why in done.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--image", "absent.png"), "absent.png: image: No such file or directory"),
        (("--image", __file__), "no image: neither PNG nor JPEG"),
        (("--image", "https://a.org/f.png", "--method", "atf"), "only --method mmformalize"),
        (("--model", "offline"), "the offline model has no role 'grounder'"),
    ],
)
def test_what_cannot_be_is_one_line(proofloop: Proofloop, more: Any, words: str) -> None:
    with ScriptedServer([]) as server:
        done = proofloop(*command(server, "--no-prove", *more), OPENAI_API_KEY="k")
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr and not server.calls
