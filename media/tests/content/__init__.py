"""What becomes of a file by what is in it: the same wherever files are kept, so a run on a bucket leaves these out."""
