"""A file of one format to blocks: word processors, web pages, mail, TeX."""
