"""What two specs say of the same capability, side by side.

    traits   what a spec says of one operation, aspect by aspect, in words that can be compared
    matrix   all capabilities of two vendors: what the new one has, lacks, or does otherwise

The matrix is computed from the two specs alone; nothing in it is written by hand. `bodydouble swap` shows it, and so
does the control API.
"""
