//! Replacements, against what the real program does with them.
