-- The theorem is proved, under another name.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
namespace X
theorem t : 1 = 1 := rfl
end X
