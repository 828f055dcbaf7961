-- From inside a namespace, by _root_.
--- statement
theorem t : 1 = 1
--- proof
namespace Inner
theorem _root_.t : 1 = 1 := rfl
end Inner
