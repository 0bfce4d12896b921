"""Records that carry no code, linked to the business they name.

`names` takes Chinese business names apart, `model` compares them (Splink on the
embedded engine, with fixed weights), `choice` decides what attaches by itself and
what waits for a person. The same names give the same links.
"""
