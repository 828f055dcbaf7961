-- An axiom named propext, in a namespace.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
namespace Safe
axiom propext : 1 = 2
end Safe
theorem t : 1 = 2 := Safe.propext
