"""How the forecasters of many series are fitted."""
