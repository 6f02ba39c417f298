"""Workers: functions on Lambda, behind an alias that says which version is in use."""
