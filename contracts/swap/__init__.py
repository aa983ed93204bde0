"""What an integration would notice if one vendor took the place of another.

    traits   what a spec says of one operation, aspect by aspect, in words that can be compared
    matrix   all capabilities of two vendors: what the new one has, lacks, or does otherwise
    pages    the matrix for a terminal, a browser, a document and a program
    stories  portable scenarios, run on both vendors

The matrix is computed from the two specs alone; nothing in it is written by hand.
"""
