"""What filters ask: their form, operators and values, what is wrong with them, their meaning as query and sentence."""
