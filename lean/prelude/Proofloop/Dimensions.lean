import Proofloop.OrderedField

/-!
# Physical quantities and their dimensions

Mathlib has nothing of the kind. A `Quantity R d` has a magnitude in `R` (the real numbers, any
linearly ordered field) and the dimension `d`: exponents of the seven base quantities of the SI.
Only what makes sense can be written down: sums, differences and comparisons of equal dimensions,
and products, quotients and literal powers, which have the dimension that comes out. Dimensions are
computed while a formula is elaborated, so `E = m * c` does not elaborate, and no lemma is needed
for `E = m * c ^ 2`. A number is no quantity, but 0 is one of every dimension, and a quantity whose
dimension cancels is a number where one is expected.

Each operation is by definition that on magnitudes, so `magnitudes` turns statements about
quantities into statements about `R`. There are no fractional exponents and no roots: square both
sides.
-/

set_option autoImplicit false

namespace Physics

/-- A dimension: the exponents of length, mass, time, current, temperature, amount and luminosity
as the digits of one number in base 65,536, lowest first, each with 32,768 added. So a product is a
sum of two numbers, which the elaborator computes by itself wherever it compares dimensions, in type
classes too; with a structure of integers it would not. Exponents have to stay below 32,768. -/
structure Dim where
  code : Nat

namespace Dim

/-- Pure numbers: angles, ratios, coefficients of friction, refractive indices. -/
@[reducible] def one : Dim := ⟨0x8000800080008000800080008000⟩

@[reducible] def mul (a b : Dim) : Dim := ⟨Nat.sub (Nat.add a.code b.code) one.code⟩
@[reducible] def div (a b : Dim) : Dim := ⟨Nat.sub (Nat.add a.code one.code) b.code⟩
@[reducible] def pow (a : Dim) (n : Nat) : Dim :=
  ⟨Nat.sub (Nat.add (Nat.mul n a.code) one.code) (Nat.mul n one.code)⟩

@[reducible] instance : Mul Dim := ⟨mul⟩
@[reducible] instance : Div Dim := ⟨div⟩
@[reducible] instance : Pow Dim Nat := ⟨pow⟩

/-- Base quantity of the SI, in metres: lengths, distances, heights, radii, wavelengths. -/
@[reducible] def length : Dim := ⟨0x8000800080008000800080008001⟩
/-- Base quantity of the SI, in kilograms. -/
@[reducible] def mass : Dim := ⟨0x8000800080008000800080018000⟩
/-- Base quantity of the SI, in seconds: times, durations, periods. -/
@[reducible] def time : Dim := ⟨0x8000800080008000800180008000⟩
/-- Base quantity of the SI, in amperes: electric current. -/
@[reducible] def current : Dim := ⟨0x8000800080008001800080008000⟩
/-- Base quantity of the SI, in kelvins: thermodynamic temperature. -/
@[reducible] def temperature : Dim := ⟨0x8000800080018000800080008000⟩
/-- Base quantity of the SI, in moles: amount of substance. -/
@[reducible] def amount : Dim := ⟨0x8000800180008000800080008000⟩
/-- Base quantity of the SI, in candelas: luminous intensity. -/
@[reducible] def luminosity : Dim := ⟨0x8001800080008000800080008000⟩

/-! Mechanics -/

/-- In square metres. -/
@[reducible] def area : Dim := length * length
/-- In cubic metres. -/
@[reducible] def volume : Dim := area * length
/-- Speed and velocity, in metres per second. -/
@[reducible] def velocity : Dim := length / time
/-- In metres per second squared: also the gravitational field strength g. -/
@[reducible] def acceleration : Dim := velocity / time
/-- In hertz: rates, angular velocities, decay constants. -/
@[reducible] def frequency : Dim := one / time
/-- In radians per second squared: angular acceleration. -/
@[reducible] def angularAcceleration : Dim := frequency / time
/-- In newtons: weights, tensions, normal forces, friction. -/
@[reducible] def force : Dim := mass * acceleration
/-- In newton-seconds: momentum and impulse. -/
@[reducible] def momentum : Dim := mass * velocity
/-- In joules: energy, work, heat. -/
@[reducible] def energy : Dim := force * length
/-- In watts: power. -/
@[reducible] def power : Dim := energy / time
/-- In newton-metres: torque, the moment of a force. -/
@[reducible] def torque : Dim := force * length
/-- Of a body about an axis: kilograms times square metres. -/
@[reducible] def momentOfInertia : Dim := mass * area
/-- In joule-seconds: angular momentum, action, Planck's constant. -/
@[reducible] def angularMomentum : Dim := momentum * length
/-- In pascals: pressure, stress, Young's modulus, energy density. -/
@[reducible] def pressure : Dim := force / area
/-- Mass per volume. -/
@[reducible] def density : Dim := mass / volume
/-- In newtons per metre: spring constants, surface tension. -/
@[reducible] def stiffness : Dim := force / length
/-- Dynamic viscosity, in pascal-seconds. -/
@[reducible] def viscosity : Dim := pressure * time
/-- Of Newton's law of gravitation. -/
@[reducible] def gravitationalConstant : Dim := force * area / (mass * mass)

/-! Heat -/

/-- In joules per kelvin: heat capacity, entropy, Boltzmann's constant. -/
@[reducible] def entropy : Dim := energy / temperature
/-- Heat capacity per mass. -/
@[reducible] def specificHeat : Dim := entropy / mass
/-- Energy per mass: latent heat. -/
@[reducible] def specificEnergy : Dim := energy / mass
/-- In joules per mole and kelvin: the gas constant, molar heat capacity. -/
@[reducible] def molarEntropy : Dim := entropy / amount
/-- In watts per metre and kelvin. -/
@[reducible] def thermalConductivity : Dim := power / (length * temperature)
/-- In watts per square metre: intensity, irradiance, heat flux. -/
@[reducible] def intensity : Dim := power / area

/-! Electricity and magnetism -/

/-- In coulombs: electric charge. -/
@[reducible] def charge : Dim := current * time
/-- In volts: voltage, electric potential, electromotive force. -/
@[reducible] def voltage : Dim := energy / charge
/-- In ohms: electric resistance. -/
@[reducible] def resistance : Dim := voltage / current
/-- In ohm-metres: electric resistivity. -/
@[reducible] def resistivity : Dim := resistance * length
/-- In farads: capacitance. -/
@[reducible] def capacitance : Dim := charge / voltage
/-- In volts per metre: electric field. -/
@[reducible] def electricField : Dim := voltage / length
/-- In teslas: magnetic field, magnetic flux density. -/
@[reducible] def magneticField : Dim := force / (current * length)
/-- In webers: magnetic flux. -/
@[reducible] def magneticFlux : Dim := magneticField * area
/-- In henries: inductance. -/
@[reducible] def inductance : Dim := magneticFlux / current
/-- In farads per metre: electric permittivity. -/
@[reducible] def permittivity : Dim := capacitance / length
/-- In henries per metre: magnetic permeability. -/
@[reducible] def permeability : Dim := inductance / length

end Dim

/-- A physical quantity with values in `R` and the dimension `d`. -/
@[ext] structure Quantity (R : Type) (d : Dim) where
  private mk ::
  /-- The number of coherent SI units. It is for proofs: a formula that takes it goes around the
  check of dimensions. -/
  magnitude : R

/-- Equal dimensions, found by computing both. -/
class Same (a b : Dim) : Prop where
  same : a = b

instance (a : Dim) : Same a a := ⟨rfl⟩

/-- A fixed power of a number or a quantity, whose type depends on the exponent. -/
class Power (α : Type) (n : Nat) (β : outParam Type) where
  power : α → β

@[default_instance 500, reducible]
instance (priority := 100) (α : Type) (n : Nat) [HPow α Nat α] : Power α n α := ⟨(· ^ n)⟩

/-- `x ^ 2` with a literal exponent is `x ^ 2` for numbers, by definition, and has a dimension of
its own for quantities. -/
scoped macro_rules
  | `($x ^ $n:num) => `(Power.power $n $x)

namespace Quantity

variable {R : Type} {a b : Dim}

instance [Add R] : Add (Quantity R a) := ⟨fun x y => ⟨x.magnitude + y.magnitude⟩⟩
instance [Sub R] : Sub (Quantity R a) := ⟨fun x y => ⟨x.magnitude - y.magnitude⟩⟩
instance [Neg R] : Neg (Quantity R a) := ⟨fun x => ⟨-x.magnitude⟩⟩
instance [LE R] : LE (Quantity R a) := ⟨fun x y => x.magnitude ≤ y.magnitude⟩
instance [LT R] : LT (Quantity R a) := ⟨fun x y => x.magnitude < y.magnitude⟩

/-- Nothing is 0 of any dimension. -/
instance (priority := 200) [OfNat R 0] : OfNat (Quantity R a) 0 := ⟨⟨0⟩⟩

/-- Other numerals are pure numbers, and so are quantities whose dimension cancels. -/
instance [Same a .one] {n : Nat} [OfNat R n] : OfNat (Quantity R a) n := ⟨⟨OfNat.ofNat n⟩⟩

/-- What a quantity without dimension is: a number. -/
def number [Same a .one] (x : Quantity R a) : R := x.magnitude

/-- A number as a quantity without dimension. -/
def ofNumber [Same a .one] (x : R) : Quantity R a := ⟨x⟩

instance [Same a .one] : CoeOut (Quantity R a) R := ⟨number⟩

instance [Same a .one] : CoeTail R (Quantity R a) := ⟨ofNumber⟩

instance [Mul R] : HMul (Quantity R a) (Quantity R b) (Quantity R (a.mul b)) :=
  ⟨fun x y => ⟨x.magnitude * y.magnitude⟩⟩

@[default_instance high]
instance [Mul R] : HMul R (Quantity R a) (Quantity R a) := ⟨fun x y => ⟨x * y.magnitude⟩⟩

@[default_instance 500]
instance [Mul R] : HMul (Quantity R a) R (Quantity R a) := ⟨fun x y => ⟨x.magnitude * y⟩⟩

instance [Div R] : HDiv (Quantity R a) (Quantity R b) (Quantity R (a.div b)) :=
  ⟨fun x y => ⟨x.magnitude / y.magnitude⟩⟩

@[default_instance 500]
instance [Div R] : HDiv (Quantity R a) R (Quantity R a) := ⟨fun x y => ⟨x.magnitude / y⟩⟩

@[default_instance high]
instance [Div R] : HDiv R (Quantity R a) (Quantity R (Dim.one.div a)) :=
  ⟨fun x y => ⟨x / y.magnitude⟩⟩

instance {n : Nat} [HPow R Nat R] : Power (Quantity R a) n (Quantity R (a.pow n)) :=
  ⟨fun x => ⟨x.magnitude ^ n⟩⟩

section
variable (x y : Quantity R a) (z : Quantity R b) (r : R)

theorem eq_iff : x = y ↔ x.magnitude = y.magnitude := Quantity.ext_iff

@[simp] theorem magnitude_zero [OfNat R 0] : (0 : Quantity R a).magnitude = 0 := rfl
@[simp] theorem magnitude_add [Add R] : (x + y).magnitude = x.magnitude + y.magnitude := rfl
@[simp] theorem magnitude_sub [Sub R] : (x - y).magnitude = x.magnitude - y.magnitude := rfl
@[simp] theorem magnitude_neg [Neg R] : (-x).magnitude = -x.magnitude := rfl
@[simp] theorem magnitude_mul [Mul R] : (x * z).magnitude = x.magnitude * z.magnitude := rfl
@[simp] theorem magnitude_smul [Mul R] : (r * x).magnitude = r * x.magnitude := rfl
@[simp] theorem magnitude_mul_number [Mul R] : (x * r).magnitude = x.magnitude * r := rfl
@[simp] theorem magnitude_div [Div R] : (x / z).magnitude = x.magnitude / z.magnitude := rfl
@[simp] theorem magnitude_div_number [Div R] : (x / r).magnitude = x.magnitude / r := rfl
@[simp] theorem magnitude_number_div [Div R] : (r / x).magnitude = r / x.magnitude := rfl
@[simp] theorem magnitude_power [HPow R Nat R] (n : Nat) :
    (Power.power n x : Quantity R (a.pow n)).magnitude = x.magnitude ^ n := rfl
@[simp] theorem number_eq [Same a .one] : x.number = x.magnitude := rfl
@[simp] theorem magnitude_ofNumber [Same a .one] : (ofNumber r : Quantity R a).magnitude = r := rfl
@[simp] theorem le_iff [LE R] : x ≤ y ↔ x.magnitude ≤ y.magnitude := Iff.rfl
@[simp] theorem lt_iff [LT R] : x < y ↔ x.magnitude < y.magnitude := Iff.rfl
@[simp] theorem number_power [HPow R Nat R] (n : Nat) : (Power.power n r : R) = r ^ n := rfl

end

end Quantity

/-- Turns every statement about quantities at hand into one about their magnitudes. -/
macro "magnitudes" : tactic => `(tactic| simp only [Quantity.eq_iff, Quantity.le_iff,
  Quantity.lt_iff, ne_eq, ge_iff_le, gt_iff_lt, Quantity.magnitude_zero, Quantity.magnitude_add,
  Quantity.magnitude_sub, Quantity.magnitude_neg, Quantity.magnitude_mul, Quantity.magnitude_smul,
  Quantity.magnitude_mul_number, Quantity.magnitude_div, Quantity.magnitude_div_number,
  Quantity.magnitude_number_div, Quantity.magnitude_power, Quantity.number_power,
  Quantity.number_eq, Quantity.magnitude_ofNumber] at *)

end Physics
