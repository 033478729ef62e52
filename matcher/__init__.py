"""Match research proposals to the topics of an application guide: ranked, explained, offline."""
