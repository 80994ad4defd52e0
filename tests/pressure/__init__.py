"""`make pressure`: what others notice while one client, or the machine, does its worst."""
