"""A learnt reader of guides by meaning: which pieces of a document's lines are titles of topics, whatever their layout."""
