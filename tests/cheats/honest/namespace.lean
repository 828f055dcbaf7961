-- Inside the namespace of its name.
--- statement
theorem A.B.t : 1 = 1
--- proof
namespace A.B
theorem t : 1 = 1 := rfl
end A.B
