"""The archive in Milvus: on a server for what one machine cannot hold, or embedded (Milvus Lite) in a folder of its own.

Collections hold records with their vectors, hashed shingles as sparse vectors, and what exceeds Milvus's longest text,
in partitions by language and year. Milvus knows no transactions: one row says which keys belong to the archive, and is
written last.
"""

from matcher.archive.milvus.connection import Address, address_of

__all__ = ["Address", "address_of"]
