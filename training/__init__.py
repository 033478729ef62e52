"""How the shipped encoder is made, from public corpora to the model folder; see README.md."""
