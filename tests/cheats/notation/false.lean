-- False is made a notation of True.
-- tier: statement
--- statement
theorem t : False
--- proof
local notation (priority := high) "False" => True
theorem t : False := trivial
