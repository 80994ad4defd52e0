"""Archives that are taken: what is in them, as a plan that does not depend on who made them."""
