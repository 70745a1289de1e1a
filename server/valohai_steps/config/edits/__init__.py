"""Operations on paths of the YAML, and the changes of nodes that they ask for."""
