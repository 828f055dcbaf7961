-- With quotients.
--- statement
theorem t (a b : Nat) (h : a % 2 = b % 2) :
    Quot.mk (fun x y : Nat => x % 2 = y % 2) a = Quot.mk _ b
--- proof
theorem t (a b : Nat) (h : a % 2 = b % 2) :
    Quot.mk (fun x y : Nat => x % 2 = y % 2) a = Quot.mk _ b := Quot.sound h
