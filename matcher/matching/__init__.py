"""From the scores of retrievers to an answer: weights, scores, probabilities, verdicts, cautions and explanations."""
