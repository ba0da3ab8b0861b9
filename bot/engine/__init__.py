"""The grammar of a dialogue, one turn of it, its drawing; no I/O, no clock, no chance."""
