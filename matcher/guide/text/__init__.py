"""The lines of a document as units: marks, broken lines and what the page did to them."""
