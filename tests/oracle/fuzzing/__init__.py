"""Random kustomizations, both programs, and smaller examples of what they disagree about."""
