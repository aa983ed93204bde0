"""What an integration would notice if one vendor took the place of another.

pages    the matrix (`specs.swap`) for a terminal, a browser, a document and a program
stories  portable scenarios, run on both vendors
"""
