// Precompiled headers hang on a target; this is its one source.
