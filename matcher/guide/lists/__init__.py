"""Lists of topics by their marks: which lines are titles, headings and slots, and what each topic says."""
