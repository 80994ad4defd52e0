"""What becomes of a file by what is in it. It is the same wherever files are kept: the run on a bucket leaves these out."""
