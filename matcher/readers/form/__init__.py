"""The blocks of an application form to its fields and sections."""
