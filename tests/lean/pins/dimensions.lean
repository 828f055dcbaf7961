import Proofloop.Dimensions
/-! What the words of `Proofloop.Dimensions` mean: read after `physics.lean`. -/

theorem named_mechanics :
    Dim.force = Dim.mass * Dim.length / Dim.time ^ 2 ∧
    Dim.energy = Dim.mass * Dim.length ^ 2 / Dim.time ^ 2 ∧
    Dim.power = Dim.mass * Dim.length ^ 2 / Dim.time ^ 3 ∧
    Dim.pressure = Dim.mass / (Dim.length * Dim.time ^ 2) ∧
    Dim.density = Dim.mass / Dim.length ^ 3 ∧
    Dim.momentum = Dim.mass * Dim.length / Dim.time ∧
    Dim.torque = Dim.energy ∧
    Dim.momentOfInertia * Dim.angularAcceleration = Dim.torque ∧
    Dim.momentOfInertia * Dim.frequency = Dim.angularMomentum ∧
    Dim.stiffness = Dim.mass / Dim.time ^ 2 ∧
    Dim.viscosity = Dim.mass / (Dim.length * Dim.time) ∧
    Dim.gravitationalConstant = Dim.length ^ 3 / (Dim.mass * Dim.time ^ 2) :=
  ⟨rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl⟩

theorem named_heat :
    Dim.entropy = Dim.mass * Dim.length ^ 2 / (Dim.time ^ 2 * Dim.temperature) ∧
    Dim.specificHeat = Dim.length ^ 2 / (Dim.time ^ 2 * Dim.temperature) ∧
    Dim.specificEnergy = Dim.velocity ^ 2 ∧
    Dim.molarEntropy * Dim.amount = Dim.entropy ∧
    Dim.thermalConductivity = Dim.mass * Dim.length / (Dim.time ^ 3 * Dim.temperature) ∧
    Dim.intensity = Dim.mass / Dim.time ^ 3 :=
  ⟨rfl, rfl, rfl, rfl, rfl, rfl⟩

theorem named_electricity :
    Dim.charge = Dim.current * Dim.time ∧
    Dim.voltage = Dim.mass * Dim.length ^ 2 / (Dim.time ^ 3 * Dim.current) ∧
    Dim.resistance = Dim.mass * Dim.length ^ 2 / (Dim.time ^ 3 * Dim.current ^ 2) ∧
    Dim.capacitance = Dim.time ^ 4 * Dim.current ^ 2 / (Dim.mass * Dim.length ^ 2) ∧
    Dim.electricField = Dim.force / Dim.charge ∧
    Dim.magneticField = Dim.mass / (Dim.time ^ 2 * Dim.current) ∧
    Dim.magneticFlux = Dim.voltage * Dim.time ∧
    Dim.inductance = Dim.voltage * Dim.time / Dim.current ∧
    Dim.resistivity = Dim.resistance * Dim.length ∧
    Dim.permittivity * Dim.permeability * Dim.velocity ^ 2 = Dim.one :=
  ⟨rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl, rfl⟩

theorem seven_independent_bases :
    [Dim.one, Dim.length, Dim.mass, Dim.time, Dim.current, Dim.temperature, Dim.amount,
      Dim.luminosity].map Dim.code =
    [0, 1, 2 ^ 16, 2 ^ 32, 2 ^ 48, 2 ^ 64, 2 ^ 80, 2 ^ 96].map (Dim.one.code + ·) := by
  decide

theorem powers_cancel : Dim.length ^ 0 = Dim.one ∧ Dim.length ^ 3 / Dim.length ^ 2 = Dim.length ∧
    Dim.one / Dim.time / Dim.time * Dim.time ^ 2 = Dim.one := ⟨rfl, rfl, rfl⟩

theorem order_does_not_matter (a b : Dim) : a * b = b * a := by
  show Dim.mul a b = Dim.mul b a
  simp only [Dim.mul, Nat.add_eq, Nat.add_comm]

theorem acceleration_of_a_force (F : Quantity ℝ Dim.force) (m : Quantity ℝ Dim.mass)
    (x : Quantity ℝ Dim.acceleration) (h : F = m * x) (hm : m ≠ 0) : x = F / m := by
  magnitudes; grind -ac

theorem torricelli (v u : Quantity ℝ Dim.velocity) (a : Quantity ℝ Dim.acceleration)
    (s : Quantity ℝ Dim.length) (t : Quantity ℝ Dim.time) (hv : v = u + a * t)
    (hs : s = u * t + a * t ^ 2 / 2) : v ^ 2 = u ^ 2 + 2 * a * s := by
  magnitudes; grind -ac

theorem ratio_is_a_number (m n : Quantity ℝ Dim.mass) (h : m / n = (3 : ℝ)) (hn : n ≠ 0) :
    m = 3 * n := by
  magnitudes; grind -ac

theorem ratio_in_a_sum (s r : Quantity ℝ Dim.length) (θ : ℝ) (h : θ = s / r) (hr : r ≠ 0) :
    s = θ * r := by
  magnitudes; grind -ac

theorem order_of_magnitudes (m n : Quantity ℝ Dim.mass) (h : 0 < m) (hn : m < n) : 0 < n := by
  magnitudes; grind -ac

theorem half_is_no_natural_number (m E : Quantity ℝ Dim.mass) (h : E = 1 / 2 * m) :
    E + E = m := by
  magnitudes; grind -ac

theorem power_of_a_number (x : ℝ) : x ^ 2 = x * x := by
  rw [Quantity.number_power]; grind
