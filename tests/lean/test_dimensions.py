"""Physical equations: those with right dimensions elaborate, those with wrong ones do not."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend

PINS = Path(__file__).parent / "pins"
PHYSICS = (files("proofloop.lean") / "prelude" / "physics.lean").read_text("utf-8")
HEADER = f"import Proofloop\nimport Proofloop.Dimensions\n{PHYSICS}"
LIMITS = CheckLimits(wall_seconds=100, heartbeats=100_000)
VARIABLES = """
variable (E W Q : Quantity ℝ Dim.energy) (F N : Quantity ℝ Dim.force) (m M : Quantity ℝ Dim.mass)
  (a g : Quantity ℝ Dim.acceleration) (v u c : Quantity ℝ Dim.velocity)
  (x h r L : Quantity ℝ Dim.length) (t T : Quantity ℝ Dim.time) (p : Quantity ℝ Dim.momentum)
  (P : Quantity ℝ Dim.power) (A : Quantity ℝ Dim.area) (V : Quantity ℝ Dim.volume)
  (ρ : Quantity ℝ Dim.density) (k : Quantity ℝ Dim.stiffness) (ω f : Quantity ℝ Dim.frequency)
  (J : Quantity ℝ Dim.momentOfInertia) (τ : Quantity ℝ Dim.torque) (π θ μ : ℝ)
  (G : Quantity ℝ Dim.gravitationalConstant) (ħ : Quantity ℝ Dim.angularMomentum)
  (pr : Quantity ℝ Dim.pressure) (n : Quantity ℝ Dim.amount) (Rg : Quantity ℝ Dim.molarEntropy)
  (Θ Δ : Quantity ℝ Dim.temperature) (cp : Quantity ℝ Dim.specificHeat)
  (U : Quantity ℝ Dim.voltage) (I : Quantity ℝ Dim.current) (Ω : Quantity ℝ Dim.resistance)
  (q s : Quantity ℝ Dim.charge) (C : Quantity ℝ Dim.capacitance)
  (B : Quantity ℝ Dim.magneticField) (ε : Quantity ℝ Dim.permittivity)
  (l : Quantity ℝ Dim.inductance) (e : Quantity ℝ Dim.electricField)
"""
RIGHT = """
F = m * a
m * a = F
F = m * (v - u) / t
E = m * c ^ 2
E = 1 / 2 * m * v ^ 2
E = m * v ^ 2 / 2
E = 1 / 2 * m * v ^ 2 + m * g * h
E ^ 2 = (p * c) ^ 2 + (m * c ^ 2) ^ 2
v ^ 2 = u ^ 2 + 2 * a * x
x = u * t + a * t ^ 2 / 2
p = m * v
p ^ 2 = 2 * m * E
F * t = p
W = F * x
P = F * v
P * t = W
F = G * m * M / r ^ 2
F = -(k * x)
E = k * x ^ 2 / 2
T ^ 2 = 4 * π ^ 2 * L / g
T ^ 2 = 4 * π ^ 2 * m / k
T * f = (1 : ℝ)
f = 1 / T
ω ^ 2 = k / m
a = v ^ 2 / r
v = ω * r
τ = F * r
E = 1 / 2 * J * ω ^ 2
ρ = m / V
V = 4 / 3 * π * r ^ 3
pr = ρ * g * h
F = pr * A
pr + 1 / 2 * ρ * v ^ 2 + ρ * g * h = pr
F ≤ μ * N
θ = x / r
E = ħ * ω
pr * V = n * Rg * Θ
Q = m * cp * (Θ - Δ)
U = I * Ω
P = U * I
P = I ^ 2 * Ω
q = C * U
E = C * U ^ 2 / 2
E = l * I ^ 2 / 2
F = q * v * B
F = q * e
F = q * s / (4 * π * ε * r ^ 2)
0 < m ∧ m ≤ 2 * M
m = M * (3 : ℝ)
"""
WRONG = """
E = m * c
E = m * c ^ 3
E = m * a
E = m * v ^ 2 + m * g
E ^ 2 = (p * c) ^ 2 + m * c ^ 2
F = m * v
F = m * a ^ 2
F = m / a
F = p
v ^ 2 = u ^ 2 + 2 * a
v ^ 2 = u ^ 2 + 2 * a * t
x = u * t + a * t / 2
x = u + a * t
p = m * a
p ^ 2 = 2 * E
P = F * x
P = W * t
F = G * m * M / r
F = G * m / r ^ 2
F = k
E = k * x / 2
T ^ 2 = 4 * π ^ 2 * g / L
T = L / g
f = T
ω = k / m
a = v ^ 2 * r
v = ω / r
τ = F / r
ρ = m / A
V = 4 / 3 * π * r ^ 2
pr = ρ * g
F = pr * V
F ≤ μ
θ = x
m + 1 = M
m = 3
m < x
E = ħ / ω
pr * V = n * Θ
Q = m * cp
U = I / Ω
P = I ^ 2 * U
q = C / U
F = q * B
F = q * e / m
F = q * s / (4 * π * r ^ 2)
m = ⟨x.magnitude⟩
m = .mk 3
m = x.1
"""


def theorems(equations: str) -> str:
    lines = equations.strip().splitlines()
    return VARIABLES + "".join(
        f"theorem t{number} : {line} := by sorry\n" for number, line in enumerate(lines)
    )


async def test_words_mean_what_their_pins_say(lean: LeanBackend) -> None:
    source = (
        (PINS / "dimensions.lean").read_text("utf-8").replace("import Proofloop.Dimensions\n", "")
    )
    report = await lean.check(CheckRequest(source=source, header=HEADER, limits=LIMITS))
    assert report.accepted, (report.reason, report.errors)
    assert len(report.theorems) == source.count("\ntheorem ")


async def test_right_equations_elaborate(lean: LeanBackend) -> None:
    request = CheckRequest(
        source=theorems(RIGHT),
        header=HEADER,
        allow_sorry=True,
        limits=LIMITS,
    )
    report = await lean.check(request)
    assert report.accepted, report.errors


async def test_every_wrong_equation_is_an_error_of_its_own(lean: LeanBackend) -> None:
    source = theorems(WRONG)
    request = CheckRequest(source=source, header=HEADER, allow_sorry=True, limits=LIMITS)
    report = await lean.check(request)
    first = 1 + VARIABLES.count("\n")
    faulty = {error.line for error in report.errors}
    lines = WRONG.strip().splitlines()
    missed = [line for place, line in enumerate(lines, first) if place not in faulty]
    assert not missed
    said = {error.line: " ".join(error.text.split()) for error in report.errors}
    assert "m * c has type Quantity ℝ (Dim.mass.mul Dim.velocity)" in said[first]
    assert "expected to have type Quantity ℝ Dim.energy" in said[first]
    assert not any("deterministic" in words for words in said.values())
