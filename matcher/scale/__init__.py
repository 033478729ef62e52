"""Batches in chunks by many processes, of this machine or of a cluster: one seam, and the answers of one process.

`work` says what is done to a chunk and what has to be opened for it, and carries chunks out here, `cluster` elsewhere;
`batches` are the batches of the desks.
"""
